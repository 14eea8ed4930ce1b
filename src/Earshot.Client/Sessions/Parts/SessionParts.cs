using Earshot.Events;
using Earshot.Outbound;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>What outlives a session and every session of a connection works on.</summary>
internal sealed class SessionParts(OutboundBuffer outbound, PingQueue pings, SubscriptionTable subscriptions, Journal journal)
{
    private ReplyInbox? _inbox;
    private SessionExtensions? _extensions;
    private InboundCounters _counters;

    public OutboundBuffer Outbound => outbound;

    public PingQueue Pings => pings;

    public SubscriptionTable Subscriptions => subscriptions;

    public Journal Journal => journal;

    public required SessionOptions Options { get; init; }

    public ref InboundCounters Counters => ref _counters;

    public TimeProvider Time => outbound.Time;

    /// <summary>Made for the first request.</summary>
    public ReplyInbox Inbox => Lazily.Get(ref _inbox, this, static parts => new ReplyInbox(parts.Options.InboxPrefix, parts.Subscriptions));

    /// <summary>Null while nothing was ever requested.</summary>
    public ReplyInbox? InboxOrNull => Volatile.Read(ref _inbox);

    /// <summary>Made for the first extension that has something to do with sessions.</summary>
    public SessionExtensions Extensions => Lazily.Get(ref _extensions, journal, static journal => new SessionExtensions(journal));

    /// <summary>Null while there are none.</summary>
    public SessionExtensions? UsedExtensions => Volatile.Read(ref _extensions);
}
