using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earshot.Fleet.Reading;

namespace Earshot.Fleet;

/// <summary>Reads the open and the closed connections of one server from its monitoring port, by HTTP. It shows all accounts, and needs no NATS user.</summary>
public static class MonitoringReader
{
    private const int MostPages = 1000;

    /// <summary>Reads the connections of a server, in pages of 1,024.</summary>
    /// <param name="client">The client to read with; its timeout applies to each page.</param>
    /// <param name="monitoringUrl">The URL of the monitoring port, such as <c>http://localhost:8222</c>.</param>
    /// <param name="redaction">What is kept of addresses; null for the default. Credentials are never kept.</param>
    /// <param name="time">The clock of the reader; null for that of the system.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> or <paramref name="monitoringUrl"/> is null.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached or refuses the request.</exception>
    /// <exception cref="JsonException">What answers is not a NATS server.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or a page took too long.</exception>
    public static async Task<ConnectionsReading> ReadAsync(HttpClient client, Uri monitoringUrl, FleetRedaction? redaction = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(monitoringUrl);
        TimeProvider clock = time ?? TimeProvider.System;
        var reading = new ConnzCollection(redaction ?? FleetRedaction.Default, clock);
        VarzAnswer server = await GetAsync(client, monitoringUrl, "varz", ReadingJson.Default.VarzAnswer, cancellationToken).ConfigureAwait(false);
        var identity = new ServerIdentity(server.Id) { Name = server.Name, Version = server.Version };
        foreach ((string state, string sort) in new[] { ("open", "cid"), ("closed", "stop") })
        {
            bool hasMore = true;
            for (int page = 0; hasMore && page < MostPages; page++)
            {
                DateTimeOffset sent = clock.GetUtcNow();
                string path = string.Create(CultureInfo.InvariantCulture, $"connz?state={state}&auth=1&sort={sort}&offset={page * ConnzQuestion.PageSize}&limit={ConnzQuestion.PageSize}");
                hasMore = reading.Add(identity, await GetAsync(client, monitoringUrl, path, ReadingJson.Default.ConnzPage, cancellationToken).ConfigureAwait(false), sent);
            }
        }

        return reading.ToReading(isDefaultAccount: false);
    }

    private static async Task<T> GetAsync<T>(HttpClient client, Uri root, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var url = new Uri(root.AbsoluteUri.EndsWith('/') ? root : new Uri(root.AbsoluteUri + "/"), path);
        Stream body = await client.GetStreamAsync(url, cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("The answer is empty.");
        }
    }
}
