using Earshot.Events;
using Earshot.Outbound;
using Earshot.Subscriptions;

namespace Earshot.Sessions;

/// <summary>What outlives a session and every session of a connection works on.</summary>
internal sealed record SessionParts(
    OutboundBuffer Outbound,
    PingQueue Pings,
    SubscriptionTable Subscriptions,
    ReplyInbox Inbox,
    Journal Journal)
{
    public required TimeProvider Time { get; init; }

    public required SessionOptions Options { get; init; }

    public required InboundCounters Counters { get; init; }
}
