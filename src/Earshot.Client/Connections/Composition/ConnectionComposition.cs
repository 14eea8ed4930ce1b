using System.Collections.Immutable;
using Earshot.Events;
using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Transport;

namespace Earshot.Connections;

/// <summary>From options to the parts of one connection. Validates everything first; nothing of it connects.</summary>
internal sealed class ConnectionComposition
{
    private readonly SessionParts _shared;
    private Requester? _requester;

    /// <param name="opts">The options of the connection.</param>
    /// <param name="dialer">Dials in place of the one that the options choose.</param>
    /// <param name="random">The id of the connection, delays and the order of servers.</param>
    /// <param name="collectorPauses">How long the garbage collector has paused the process; a simulation has none.</param>
    public ConnectionComposition(NatsOpts opts, ITransportDialer? dialer = null, Random? random = null, Func<TimeSpan>? collectorPauses = null)
    {
        Plan = ConnectionPlan.For(opts);
        (opts, ConnectionPlan plan) = (Plan.Opts, Plan);
        LoopOptions loop = dialer is null ? plan.Loop : plan.Loop with { Attempts = plan.Loop.Attempts with { Dialer = dialer } };
        loop = random is null ? loop : loop with { Random = random };
        random ??= ConnectionPlan.Chance;
        ulong id = ConnectionId.New(random);
        loop = opts.UniqueName ? loop with { Attempts = loop.Attempts with { Connect = loop.Attempts.Connect with { Name = UniqueNames.Of(opts.Name, id) } } } : loop;
        var status = new ConnectionStatus(new MachineState { Options = plan.Machine, Pool = plan.Pool ?? ServerPool.Create(plan.Servers, !opts.NoRandomize, random) }, id);
        var journal = new Journal(plan.Journal, opts.TimeProvider, status);
        var outbound = new OutboundBuffer(plan.Outbound, journal, opts.TimeProvider);
        var table = new SubscriptionTable(outbound, journal);
        _shared = new SessionParts(outbound, new PingQueue(outbound), table, journal)
        {
            Options = collectorPauses is null ? plan.Session : plan.Session with { CollectorPauses = collectorPauses },
        };
        status.Use(_shared);
        Loop = new ConnectionLoop(status, _shared, loop);
        Availability = new ConnectionAvailability(opts, Loop);
    }

    /// <summary>What follows from the options, and the options themselves. It is known to others as long as this refers to it.</summary>
    public ConnectionPlan Plan { get; }

    public ConnectionStatus Status => Loop.Status;

    public Journal Journal => _shared.Journal;

    public OutboundBuffer Outbound => _shared.Outbound;

    public SubscriptionTable Table => _shared.Subscriptions;

    public ReplyInbox Inbox => _shared.Inbox;

    public SessionExtensions Extensions => _shared.Extensions;

    /// <summary>Null while no extension was added.</summary>
    public SessionExtensions? UsedExtensions => _shared.UsedExtensions;

    public PingQueue Pings => _shared.Pings;

    /// <summary>Hooks that are set on the connection.</summary>
    public DialHooks Hooks => DialHooks.For(_shared);

    public ConnectionLoop Loop { get; }

    public ConnectionAvailability Availability { get; }

    /// <summary>Created by the first request. It has no state, so two concurrent first requests may create two.</summary>
    public Requester Requester => _requester ??= new Requester(Outbound, Inbox, Availability, _shared.Time);

    public Publisher Publisher => new(Outbound, Availability);

    /// <summary>The exception for requests of the lost session; null while a session is open, or if such requests wait for their timeout.</summary>
    public NatsConnectionLostException? LostWith(NatsOpts opts)
    {
        if (opts.RequestsOnDisconnect != NatsRequestFailMode.FailImmediately)
        {
            return null;
        }

        return Status.State is { Live: null, Lost: { } loss } state
            ? new NatsConnectionLostException(loss.Reason, NatsOutcome.Unknown, state.LastError)
            : Status.StaleSessionEnd?.ToException(NatsOutcome.Unknown);
    }

    public static IReadOnlyList<ServerAddress> ParseServers(IEnumerable<string> urls) =>
        ServerAddress.ParseList(urls.SelectMany(url => (url ?? "").Split(',')));

    /// <summary>The servers that replace those of a running connection.</summary>
    /// <exception cref="ArgumentException">There is none, one is not a server URL, or one cannot be used with the TLS options.</exception>
    public static ImmutableArray<ServerAddress> ParseNewPool(IEnumerable<string> urls, NatsTlsOpts tls)
    {
        ImmutableArray<ServerAddress> servers = [.. ParseServers(urls)];
        if (servers.IsEmpty)
        {
            throw new ArgumentException("At least one server is required.", nameof(urls));
        }

        TlsRules.Validate(tls, servers.Select(server => server.Scheme));
        return servers;
    }
}
