using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earshot.Services.Configuration;
using Earshot.Services.Models;

namespace Earshot.Services;

/// <summary>Finds services of other programs, and asks for their descriptions and statistics. Safe for use from any thread.</summary>
/// <param name="connection">The connection.</param>
public class NatsSvcDiscovery(INatsConnection connection) : INatsSvcDiscovery
{
    private readonly INatsConnection _connection = connection ?? throw new ArgumentNullException(nameof(connection));

    /// <inheritdoc/>
    public IAsyncEnumerable<PingResponse> PingAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default) =>
        AskAsync("PING", name, id, opts, ServiceJson.Default.PingResponse, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<InfoResponse> InfoAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default) =>
        AskAsync("INFO", name, id, opts, ServiceJson.Default.InfoResponse, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StatsResponse> StatsAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default) =>
        AskAsync("STATS", name, id, opts, ServiceJson.Default.StatsResponse, cancellationToken);

    private IAsyncEnumerable<TResponse> AskAsync<TResponse>(string verb, string? name, string? id, NatsSvcDiscoveryOpts? opts, JsonTypeInfo<TResponse> type, CancellationToken cancellationToken)
    {
        opts ??= NatsSvcDiscoveryOpts.Default;
        if (id is not null && name is null)
        {
            throw new ArgumentException("An id needs the name of its service.", nameof(id));
        }

        if (name is not null)
        {
            ServiceRules.CheckName(name, nameof(name));
        }

        if (id is not null)
        {
            ServiceRules.CheckName(id, nameof(id));
        }

        string subject = $"{opts.ApiPrefix}.{verb}{(name is null ? "" : $".{name}")}{(id is null ? "" : $".{id}")}";
        return ReadAsync(subject, opts, type, cancellationToken);
    }

    // An answer that is not one of a service is left out: the subject is open to all clients.
    private async IAsyncEnumerable<TResponse> ReadAsync<TResponse>(string subject, NatsSvcDiscoveryOpts opts, JsonTypeInfo<TResponse> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var replies = new NatsSubOpts { Timeout = opts.Timeout, StartUpTimeout = opts.Timeout, IdleTimeout = opts.IdleTimeout, MaxMsgs = opts.MaxCount, ThrowIfNoResponders = false };
        await foreach (NatsMsg<byte[]> reply in _connection.RequestManyAsync<byte[], byte[]>(
            subject, null, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default, replyOpts: replies, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (reply.HasNoResponders)
            {
                yield break;
            }

            if (TryParse(reply.Data, type) is { } response)
            {
                yield return response;
            }
        }
    }

    private static TResponse? TryParse<TResponse>(byte[]? payload, JsonTypeInfo<TResponse> type)
    {
        try
        {
            return JsonSerializer.Deserialize(payload ?? [], type);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
