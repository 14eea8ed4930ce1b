using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>One drain in progress: its subscriptions and its start. It is reported once, by the first caller that ends it.</summary>
internal sealed class ActiveDrain
{
    private readonly ActiveDrains _all;
    private readonly SessionParts _parts;
    private readonly long _started;
    private readonly long _deliveredBefore;

    public ActiveDrain(ActiveDrains all, SessionParts parts, IReadOnlyCollection<Subscription> subscriptions)
    {
        (_all, _parts, Subscriptions, _started) = (all, parts, subscriptions, parts.Time.GetTimestamp());
        ConnectionEnd = all.ConnectionEnd;
        _deliveredBefore = subscriptions.Sum(subscription => subscription.Stats.Delivered);
    }

    public IReadOnlyCollection<Subscription> Subscriptions { get; }

    /// <inheritdoc cref="ActiveDrains.ConnectionEnd"/>
    public CancellationToken ConnectionEnd { get; }

    /// <summary>Messages delivered since it began.</summary>
    public long Delivered => Subscriptions.Sum(subscription => subscription.Stats.Delivered) - _deliveredBefore;

    /// <summary>Reports the end of a drain of subscriptions, unless the end of the connection was first.</summary>
    /// <returns>The event, also when it was not this call that reported it.</returns>
    public NatsDrainCompletedEvent Complete(NatsDrainOutcome outcome)
    {
        var completed = new NatsDrainCompletedEvent
        {
            Scope = NatsDrainScope.Subscription,
            Outcome = outcome,
            Subscriptions = Subscriptions.Count,
            Delivered = Delivered,
            Unread = Subscriptions.Sum(subscription => subscription.PendingMessages),
            Unhandled = Subscriptions.Sum(subscription => subscription.HandlingOrNull?.InProgress ?? 0),
            Duration = _parts.Time.GetElapsedTime(_started),
        };
        if (_all.Remove(this))
        {
            _parts.Journal.Append(completed);
        }

        return completed;
    }
}
