using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>A consumer, as its context gave it.</summary>
public class NatsJSConsumer : INatsJSConsumer
{
    private readonly ConsumerCalls _calls;

    internal NatsJSConsumer(ContextParts parts, ConsumerInfo info) => (_calls, Info) = (new ConsumerCalls(parts), info);

    /// <inheritdoc/>
    public ConsumerInfo Info { get; private set; }

    /// <summary>Deletes the consumer.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>True when the server has deleted it.</returns>
    public ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default) => _calls.DeleteAsync(Info.StreamName, Info.Name, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default) =>
        Info = await _calls.InfoAsync(Info.StreamName, Info.Name, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default) =>
        _calls.UnpinAsync(Info.StreamName, Info.Name, group, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default) =>
        _calls.ResetAsync(Info.StreamName, Info.Name, seq, cancellationToken);
}
