using System.Globalization;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>The target of a sid: a subscription of the application, or the inbox of its requests.</summary>
[ForExtensions]
internal abstract class InboundTarget(string subject, string? queueGroup)
{
    /// <summary>Set by the table, once.</summary>
    public long SidNumber { get; internal set; }

    /// <summary>Numbers the SUBs of a connection in the order in which they were written last. The table's.</summary>
    internal long Order { get; set; }

    public string Subject { get; } = subject;

    public string? QueueGroup { get; } = queueGroup;

    /// <summary>Messages still to come from the server before it ends the subscription by itself; 0 = no limit.</summary>
    public abstract long RemainingMessages { get; }

    /// <summary>False after UNSUB was sent; such a target is not replayed.</summary>
    public abstract bool IsWanted { get; }

    /// <summary>How events name it.</summary>
    internal INatsSub View => this as INatsSub ?? new TargetView(Subject, QueueGroup, SidNumber.ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes one message; on the read loop, so it must not wait and must not run user code.</summary>
    public abstract void Receive(in ServerOperation operation, InboundBatch batch);

    /// <summary>The live session has sent INFO, which it does when permissions may have changed.</summary>
    public virtual void InfoArrived()
    {
    }

    /// <summary>The connection, or the server's refusal, ends it.</summary>
    public abstract void End(NatsSubEndReason reason, Exception? exception);
}
