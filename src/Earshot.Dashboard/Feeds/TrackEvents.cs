using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>
/// The events of one connection that shape its track: its states, attempts, outages and slow consumers. Bounded; the oldest of those that are
/// no change of state leave first. Not thread-safe.
/// </summary>
internal sealed class TrackEvents
{
    internal const int Capacity = 256;

    private static readonly NatsEventFilter s_shaping = NatsEventFilter.Lifecycle | NatsEventFilter.Of(NatsEventCategory.Drain) | NatsEventFilter.Of(
        NatsEventKind.ConnectAttemptFailed, NatsEventKind.LameDuckMode, NatsEventKind.SlowConsumer, NatsEventKind.SlowConsumerRecovered,
        NatsEventKind.MessageDropped, NatsEventKind.PendingReplayed, NatsEventKind.PendingDiscarded, NatsEventKind.RequestsFailed);

    private readonly List<TimedEvent> _events = [];
    private readonly HashSet<string> _slow = [];

    internal IReadOnlyList<TimedEvent> All => _events;

    /// <summary>Adds the event if it shapes the track.</summary>
    internal void Add(TimedEvent timed)
    {
        if (timed.Event is NatsSubscriptionRemovedEvent removed ? !_slow.Remove(removed.Sid) : !s_shaping.Includes(timed.Event.Kind))
        {
            return;
        }

        if (timed.Event is NatsSlowConsumerEvent slow)
        {
            _slow.Add(slow.Sid);
        }
        else if (timed.Event is NatsSlowConsumerRecoveredEvent recovered)
        {
            _slow.Remove(recovered.Subscription.Sid);
        }

        if (_events.Count == Capacity)
        {
            int least = _events.FindIndex(e => e.Event.Category != NatsEventCategory.Lifecycle);
            _events.RemoveAt(Math.Max(0, least));
        }

        _events.Add(timed);
    }
}
