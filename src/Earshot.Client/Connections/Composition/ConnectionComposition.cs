using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Earshot.Authentication;
using Earshot.Events;
using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Transport;

namespace Earshot;

/// <summary>From options to the parts of one connection. Validates everything first; nothing of it connects.</summary>
internal sealed class ConnectionComposition
{
    private readonly SessionParts _shared;
    private Requester? _requester;

    public ConnectionComposition(NatsOpts opts, ITransportDialer? dialer = null, Random? random = null)
    {
        var plan = ConnectionPlan.For(opts);
        LoopOptions loop = dialer is null ? plan.Loop : plan.Loop with { Dialer = dialer };
        random ??= ConnectionPlan.Chance;
        var status = new ConnectionStatus(new MachineState { Options = plan.Machine, Pool = plan.Pool ?? ServerPool.Create(plan.Servers, !opts.NoRandomize, random) });
        var journal = new Journal(plan.Journal, opts.TimeProvider, status);
        var outbound = new OutboundBuffer(plan.Outbound, journal, opts.TimeProvider);
        var table = new SubscriptionTable(outbound, journal);
        _shared = new SessionParts(outbound, new PingQueue(outbound), table, journal)
        {
            Options = plan.Session,
        };
        status.Use(_shared);
        Loop = new ConnectionLoop(status, _shared, loop, random);
    }

    public ConnectionStatus Status => Loop.Status;

    public Journal Journal => _shared.Journal;

    public OutboundBuffer Outbound => _shared.Outbound;

    public SubscriptionTable Table => _shared.Subscriptions;

    public ReplyInbox Inbox => _shared.Inbox;

    public PingQueue Pings => _shared.Pings;

    public ConnectionLoop Loop { get; }

    /// <summary>Made by the first request. It has no state, so that two that come at once may make two.</summary>
    public Requester RequesterOf(IConnectionLife life) => _requester ??= new Requester(Outbound, Inbox, life, _shared.Time);

    /// <summary>The limits of one subscription; throws when one of its options cannot be meant.</summary>
    public static SubscriptionLimits Limits(NatsOpts opts, NatsSubOpts? sub)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sub?.MaxMsgs ?? 1, nameof(sub));
        ThrowIfNotDuration(nameof(NatsSubOpts.Timeout), sub?.Timeout);
        ThrowIfNotDuration(nameof(NatsSubOpts.StartUpTimeout), sub?.StartUpTimeout);
        ThrowIfNotDuration(nameof(NatsSubOpts.IdleTimeout), sub?.IdleTimeout);
        int messages = sub?.PendingMessagesLimit ?? sub?.ChannelOpts?.Capacity ?? opts.SubPendingChannelCapacity;
        long bytes = sub?.PendingBytesLimit ?? opts.SubPendingBytesLimit;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messages, nameof(sub));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes, nameof(sub));
        SlowPolicy policy = sub?.SlowPolicy ?? (sub?.ChannelOpts?.FullMode ?? opts.SubPendingChannelFullMode) switch
        {
            BoundedChannelFullMode.Wait => SlowPolicy.Wait,
            BoundedChannelFullMode.DropOldest => SlowPolicy.DropOldest,
            _ => SlowPolicy.DropNewest,
        };
        return new SubscriptionLimits(messages, bytes, policy);
    }

    public static IReadOnlyList<ServerAddress> ParseServers(IEnumerable<string> urls) =>
        ServerAddress.ParseList(urls.SelectMany(url => (url ?? "").Split(',')));

    private static void ThrowIfNotDuration(string name, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, $"NatsSubOpts.{name} must be above zero, or Timeout.InfiniteTimeSpan.");
        }
    }
}
