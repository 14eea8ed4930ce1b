using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>
/// Reads a stream in its order, without a gap and without a message twice. What it is on the server is an ephemeral consumer that is made
/// again, under a new name, after every reconnect, gap, silence and change of leader (ADR-17, ADR-37); its messages need no ack.
/// </summary>
public class NatsJSOrderedConsumer : INatsJSConsumer
{
    private readonly OrderedStarter _reads;

    internal NatsJSOrderedConsumer(ContextParts parts, string stream, NatsJSOrderedConsumerOpts opts)
    {
        _reads = new OrderedStarter(parts, stream, opts);
        Info = new ConsumerInfo { StreamName = stream };
    }

    /// <summary>Only the name of the stream: the consumer on the server has a new name again and again.</summary>
    public ConsumerInfo Info { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.Consume(serializer, opts, cancellationToken);

    /// <summary>Makes the consumer on the server and begins to read; a consumer that was lost is made again when the next message is asked for.</summary>
    /// <inheritdoc/>
    public ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.StartConsumeAsync(serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _reads.Fetch(opts, serializer, noWait: false, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _reads.Fetch(opts, serializer, noWait: true, cancellationToken);

    /// <summary>Reads the first message of where the options begin; each call begins there again.</summary>
    /// <inheritdoc/>
    public async ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        opts ??= new NatsJSNextOpts();
        var fetch = new NatsJSFetchOpts { MaxMsgs = 1, Expires = opts.Expires, IdleHeartbeat = opts.IdleHeartbeat, NotificationHandler = opts.NotificationHandler };
        await foreach (INatsJSMsg<T> msg in _reads.Fetch(fetch, serializer, noWait: false, cancellationToken).ConfigureAwait(false))
        {
            return msg;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Does nothing: there is no consumer on the server between reads.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Completed.</returns>
    public ValueTask RefreshAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>Not for ordered consumers, which have no priority groups.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("An ordered consumer has no priority groups.");

    /// <summary>Not for ordered consumers: a new read begins where the options say.</summary>
    /// <param name="seq">The sequence.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("An ordered consumer is not set back: begin another read.");
}
