using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Earshot.Services.Configuration;
using Earshot.Services.Discovery;
using Earshot.Services.Models;

namespace Earshot.Services;

/// <summary>Finds services of other programs, and asks for their descriptions and statistics. Safe for use from any thread.</summary>
/// <param name="connection">The connection.</param>
public class NatsSvcDiscovery(INatsConnection connection) : INatsSvcDiscovery
{
    private readonly INatsConnection _connection = connection ?? throw new ArgumentNullException(nameof(connection));

    /// <inheritdoc/>
    public IAsyncEnumerable<PingResponse> PingAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default) =>
        AskAsync("PING", name, id, opts, new PingResponse().Type, ServiceJson.Default.PingResponse, ServiceAnswers.Complete, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<InfoResponse> InfoAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default) =>
        AskAsync("INFO", name, id, opts, new InfoResponse().Type, ServiceJson.Default.InfoResponse, ServiceAnswers.Complete, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StatsResponse> StatsAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default) =>
        AskAsync("STATS", name, id, opts, new StatsResponse().Type, ServiceJson.Default.StatsResponse, ServiceAnswers.Complete, cancellationToken);

    private IAsyncEnumerable<TResponse> AskAsync<TResponse>(string verb, string? name, string? id, NatsSvcDiscoveryOpts? opts, string type, JsonTypeInfo<TResponse> json, Func<TResponse, bool> complete, CancellationToken cancellationToken)
        where TResponse : class
    {
        opts ??= NatsSvcDiscoveryOpts.Default;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(opts.MaxCount ?? 1, nameof(opts));
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
        return ReadAsync(subject, opts, payload => ServiceAnswers.Read(payload, type, json, complete), cancellationToken);
    }

    // An answer that is not one of a service is left out, and does not count: the subject is open to all clients.
    private async IAsyncEnumerable<TResponse> ReadAsync<TResponse>(string subject, NatsSvcDiscoveryOpts opts, Func<byte[]?, TResponse?> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TResponse : class
    {
        var replies = new NatsSubOpts { Timeout = opts.Timeout, StartUpTimeout = opts.Timeout, IdleTimeout = opts.IdleTimeout, StopOnEmptyMsg = false, ThrowIfNoResponders = false };
        int count = 0;
        await foreach (NatsMsg<byte[]> reply in _connection.RequestManyAsync<byte[], byte[]>(
            subject, null, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default, replyOpts: replies, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (reply.HasNoResponders)
            {
                yield break;
            }

            if (read(reply.Data) is { } response)
            {
                yield return response;
                if (++count == opts.MaxCount)
                {
                    yield break;
                }
            }
        }
    }
}
