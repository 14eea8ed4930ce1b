using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>
/// Reads the messages of a stream in order, without gaps and duplicates. On the server it is an ephemeral consumer, which is recreated under
/// a new name after every reconnect, gap, missed heartbeat and change of leader (ADR-17, ADR-37). Its messages need no ack.
/// </summary>
public class NatsJSOrderedConsumer : INatsJSConsumer
{
    private readonly OrderedStarter _reads;

    internal NatsJSOrderedConsumer(ContextParts parts, string stream, NatsJSOrderedConsumerOpts opts)
    {
        _reads = new OrderedStarter(parts, stream, opts);
        Info = new ConsumerInfo { StreamName = stream };
    }

    /// <summary>Contains only the name of the stream: the consumer on the server has a new name whenever it is recreated.</summary>
    public ConsumerInfo Info { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.Consume(serializer, opts, cancellationToken);

    /// <summary>Creates the consumer on the server and starts to read. A lost consumer is recreated when the next message is requested.</summary>
    /// <inheritdoc/>
    public ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.StartConsumeAsync(serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _reads.Fetch(opts, serializer, noWait: false, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _reads.Fetch(opts, serializer, noWait: true, cancellationToken);

    /// <summary>Reads one message, at the position given by the options. Each call starts at the same position.</summary>
    /// <inheritdoc/>
    public async ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        opts ??= new NatsJSNextOpts();
        var fetch = new NatsJSFetchOpts
        {
            MaxMsgs = 1,
            Expires = opts.Expires,
            IdleHeartbeat = opts.IdleHeartbeat,
            NotificationHandler = opts.NotificationHandler,
            PriorityGroup = opts.PriorityGroup,
        };
        await foreach (INatsJSMsg<T> msg in _reads.Fetch(fetch, serializer, noWait: false, cancellationToken).ConfigureAwait(false))
        {
            return msg;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Does nothing: an ordered consumer does not exist on the server between reads.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>A completed task.</returns>
    public ValueTask RefreshAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>Not supported by ordered consumers, which have no priority groups.</summary>
    /// <param name="group">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Does not return.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("An ordered consumer has no priority groups.");

    /// <summary>Not supported by ordered consumers: a new read starts at the position given by the options.</summary>
    /// <param name="seq">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Does not return.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("An ordered consumer cannot be reset; start another read.");
}
