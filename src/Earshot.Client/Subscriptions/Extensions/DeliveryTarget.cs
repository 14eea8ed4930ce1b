using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// A target that takes each operation itself, on the read loop, and is woken once per batch. It has no queue, no limits and drops
/// nothing: what it holds is its own concern. For the inbox of requests, and for extensions.
/// </summary>
[ForExtensions]
internal abstract class DeliveryTarget(string subject, string? queueGroup) : InboundTarget(subject, queueGroup), IBatchReader
{
    /// <inheritdoc/>
    public override long RemainingMessages => 0;

    /// <inheritdoc/>
    public override bool IsWanted => true;

    /// <summary>The batch's own; see <see cref="IBatchReader.IsTouched"/>.</summary>
    bool IBatchReader.IsTouched { get; set; }

    /// <inheritdoc/>
    public sealed override void Receive(in ServerOperation operation, InboundBatch batch)
    {
        if (Deliver(operation))
        {
            batch.Touch(this);
        }
    }

    /// <inheritdoc cref="IBatchReader.Wake"/>
    public abstract void Wake();

    /// <summary>
    /// Takes one message; on the read loop, so it must not wait and must not run user code. The spans are valid until it returns.
    /// </summary>
    /// <returns>True: <see cref="Wake"/> is to be called when the whole received buffer is parsed.</returns>
    protected abstract bool Deliver(in ServerOperation operation);
}
