using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>A consumer returned by a context. Safe for use from any thread.</summary>
public class NatsJSConsumer : INatsJSConsumer
{
    private readonly ConsumerCalls _calls;
    private readonly ReadStarter _reads;

    internal NatsJSConsumer(ContextParts parts, ConsumerInfo info) => (_calls, Info, _reads) = (new ConsumerCalls(parts), info, new ReadStarter(parts, info));

    /// <inheritdoc/>
    public ConsumerInfo Info { get; private set; }

    /// <summary>Deletes the consumer on the server.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the server has deleted it.</returns>
    public ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default) => _calls.DeleteAsync(Info.StreamName, Info.Name, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.Consume(serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.StartConsumeAsync(serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _reads.Fetch(opts, serializer, noWait: false, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _reads.Fetch(opts, serializer, noWait: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.NextAsync(serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default)
    {
        Info = await _calls.InfoAsync(Info.StreamName, Info.Name, cancellationToken).ConfigureAwait(false);
        _reads.Refresh(Info);
    }

    /// <inheritdoc/>
    public ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default) =>
        _calls.UnpinAsync(Info.StreamName, Info.Name, group, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default) =>
        _calls.ResetAsync(Info.StreamName, Info.Name, seq, cancellationToken);
}
