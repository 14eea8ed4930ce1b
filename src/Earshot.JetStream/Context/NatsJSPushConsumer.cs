using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>A push consumer returned by a context. Safe for use from any thread.</summary>
public class NatsJSPushConsumer : INatsJSPushConsumer
{
    private readonly ConsumerCalls _calls;
    private readonly PushReads _reads;

    internal NatsJSPushConsumer(ContextParts parts, ConsumerInfo info, PushReads reads) => (_calls, Info, _reads) = (new ConsumerCalls(parts), info, reads);

    /// <inheritdoc/>
    public ConsumerInfo Info { get; private set; }

    // An ephemeral consumer has a new name after it was recreated.
    private string Name => _reads.Name;

    /// <summary>
    /// Deletes the consumer on the server. A running read of this object ends with <see cref="NatsJSConsumerLostException"/>; other clients
    /// detect the deletion after two heartbeat intervals.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the server has deleted it.</returns>
    public async ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default)
    {
        bool isDeleted = await _calls.DeleteAsync(Info.StreamName, Name, cancellationToken).ConfigureAwait(false);
        if (isDeleted)
        {
            _reads.Deleted();
        }

        return isDeleted;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The consumer has no deliver group and is being read already. A read that was stopped, or whose loop was left, is waited for.</exception>
    public IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.Consume(serializer, opts, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The consumer has no deliver group and is being read already. A read that was stopped, or whose loop was left, is waited for.</exception>
    public ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) =>
        _reads.StartConsumeAsync(serializer, opts, cancellationToken);

    /// <summary>Not supported by push consumers, which deliver by themselves.</summary>
    /// <typeparam name="T">Not used.</typeparam>
    /// <param name="opts">Not used.</param>
    /// <param name="serializer">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Does not return.</returns>
    /// <exception cref="NatsJSProtocolException">Always, with the status that the server has for a pull request to a push consumer (409).</exception>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        throw NotPulled();

    /// <inheritdoc cref="FetchAsync"/>
    public IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        throw NotPulled();

    /// <inheritdoc cref="FetchAsync"/>
    public ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default) =>
        throw NotPulled();

    /// <inheritdoc/>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default)
    {
        Info = await _calls.InfoAsync(Info.StreamName, Name, cancellationToken).ConfigureAwait(false);
        _reads.Refresh(Info);
    }

    /// <summary>Not supported by push consumers, which have no priority groups.</summary>
    /// <param name="group">Not used.</param>
    /// <param name="cancellationToken">Not used.</param>
    /// <returns>Does not return.</returns>
    /// <exception cref="NatsJSProtocolException">Always.</exception>
    public ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default) => throw NotPulled();

    /// <inheritdoc/>
    public ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default) =>
        _calls.ResetAsync(Info.StreamName, Name, seq, cancellationToken);

    private NatsJSProtocolException NotPulled() => PushFailures.IsPush(Info.StreamName, Name);
}
