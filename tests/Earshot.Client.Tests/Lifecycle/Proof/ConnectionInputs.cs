using System.Net;
using Earshot.Lifecycle;
using Earshot.Servers;
using Earshot.Sessions;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>The inputs of the specification, in groups: each set of options is proved with the groups that concern it.</summary>
internal static class ConnectionInputs
{
    private const int NoAttempt = 0; // the first one has the number 1

    private static readonly NatsServerError s_refusal = new() { Code = NatsServerErrorCode.AuthorizationViolation, Text = "Authorization Violation" };
    private static readonly NatsServerError s_expired = new() { Code = NatsServerErrorCode.UserAuthenticationExpired, Text = "User Authentication Expired" };
    private static readonly NatsServerError s_timeout = new() { Code = NatsServerErrorCode.AuthenticationTimeout, Text = "Authentication Timeout" };
    private static readonly NatsServerError s_denied = new() { Code = NatsServerErrorCode.PermissionsViolation, Text = "Permissions Violation for Publish to \"a\"" };
    private static readonly IPEndPoint s_endpoint = new(IPAddress.Loopback, 4222);

    /// <summary>What applications call.</summary>
    public static CourseInput[] Calls { get; } =
    [
        new("Connect", static _ => new ConnectRequested()),
        new("Connect by use", static _ => new ConnectRequested { IsByUse = true }),
        new("Reconnect", static _ => new ReconnectRequested(new NatsForceReconnectOptions())),
        new("Drain", static _ => new DrainRequested(TimeSpan.FromSeconds(5), 1)),
        new("Close", static _ => new CloseRequested(NatsCloseReason.UserClosed)),
        new("Fault", static _ => new CloseRequested(NatsCloseReason.InternalFault)),
    ];

    /// <summary>Calls about servers.</summary>
    public static CourseInput[] ServerCalls { get; } =
    [
        new("Reconnect to", static _ => new ReconnectRequested(new NatsForceReconnectOptions { Target = new Uri("nats://10.0.0.2:4222") })),
        new("Reconnect to", static _ => new ReconnectRequested(new NatsForceReconnectOptions { Target = new Uri("nats://10.0.0.9:4222") })),
        new("Servers", static _ => new ServersReplaced([.. Addresses(1, 2)], Reconnect: false)),
        new("Servers", static _ => new ServersReplaced([.. Addresses(2, 2)], Reconnect: false)),
        new("Servers", static _ => new ServersReplaced([.. Addresses(2, 2)], Reconnect: true)),
    ];

    /// <summary>What dials report.</summary>
    public static CourseInput[] Dials { get; } =
    [
        new("Accepted", static c => Established(Oldest(c), new NatsServerInfo())),
        new("Accepted", static c => Established(Newest(c), new NatsServerInfo())),
        new("Failed", static c => Failed(Oldest(c), new IOException("refused"), null)),
        new("Failed", static c => Failed(Newest(c), new IOException("refused"), null)),
        new("Progress", static c => Oldest(c) is { HasInfo: false } open ? new AttemptProgressed(open.Id, NatsConnectPhase.Info) { Info = new NatsServerInfo() } : null),
    ];

    public static CourseInput[] SlowDials { get; } =
    [
        new("Progress", static c => Newest(c) is { } open ? new AttemptProgressed(open.Id, NatsConnectPhase.Authentication) { AwaitsServer = false } : null),
        new("Progress", static c => Oldest(c) is { } open ? new AttemptProgressed(open.Id, NatsConnectPhase.Authentication) { AwaitsServer = true } : null),
    ];

    /// <summary>A name with two addresses.</summary>
    public static CourseInput[] Names { get; } =
    [
        new("Resolved", static c => Oldest(c) is { } open && !c.State.Search.HasMoreOf(open) ? new AddressesResolved(open.Id, [IPAddress.Loopback, IPAddress.IPv6Loopback], s_endpoint) : null),
    ];

    public static CourseInput[] Refusals { get; } =
    [
        new("Refused", static c => Failed(Oldest(c), new IOException("refused"), s_refusal)),
        new("Refused", static c => Failed(Oldest(c), new IOException("expired"), s_expired)),
        new("Refused", static c => Failed(Oldest(c), new IOException("slow"), s_timeout)),
        new("Lost", static c => Live(c) is { } id ? Ended(c, id, new SessionEnd(NatsDisconnectReason.ServerError, new IOException("expired"), s_expired)) : null),
    ];

    /// <summary>Failures that the application has to remove.</summary>
    public static CourseInput[] Obstacles { get; } =
    [
        new("Failed", static c => Failed(Oldest(c), new NatsCredentialsException("file", "it is empty"), null)),
        new("Failed", static c => Failed(Oldest(c), new NatsTlsException("contradiction") { IsContradiction = true }, null)),
    ];

    /// <summary>What a session reports.</summary>
    public static CourseInput[] Sessions { get; } =
    [
        new("Lost", static c => Live(c) is { } id ? Ended(c, id, new SessionEnd(c.State.Ending ?? NatsDisconnectReason.ServerClosed)) : null),
        new("Lost", static c => Live(c) is { } id ? Ended(c, id, new SessionEnd(NatsDisconnectReason.SocketError, new IOException("reset"))) : null),
        new("Confirmed", static c => c.State is { IsResubscribing: true, Live: { } live } ? Confirmed(live.Id) : null),
        new("Handed over", static c => c.Outstanding.HasFlag(Outstanding.Handover) ? new HandoverReady(c.State.SessionId) : null),
        new("Subscriptions drained", static c => c.Outstanding.HasFlag(Outstanding.SubscriptionsDrained) ? new SubscriptionsDrained(NatsDrainOutcome.Clean, 1, []) : null),
        new("Subscriptions drained", static c => c.Outstanding.HasFlag(Outstanding.SubscriptionsDrained) ? new SubscriptionsDrained(NatsDrainOutcome.TimedOut, 1, []) : null),
        new("Publishers drained", static c => c.Outstanding.HasFlag(Outstanding.PublishersDrained) ? new PublishersDrained(c.State.SessionId, IsClean: true) : null),
        new("Publishers drained", static c => c.Outstanding.HasFlag(Outstanding.PublishersDrained) ? new PublishersDrained(c.State.SessionId, IsClean: false) : null),
    ];

    public static CourseInput[] Infos { get; } =
    [
        new("Info", static c => Info(c, new NatsServerInfo())),
        new("Info", static c => Info(c, new NatsServerInfo { MaxPayload = 2048, IsConnectInfo = true })),
    ];

    public static CourseInput[] Clusters { get; } =
    [
        new("Info", static c => Info(c, Cluster(isLame: false, 2))),
        new("Info", static c => Info(c, Cluster(isLame: false, 2, 3))),
        new("Filtered", static c => Live(c) is { } id && c.State.Options.HasFilter
            ? new AdvertisedFiltered(id, Cluster(isLame: false, 2, 3), NatsServerPoolChangeSource.Info, new Dictionary<(string Host, int Port), Exception?> { [("10.0.0.2", 4222)] = null })
            : null),
    ];

    public static CourseInput[] LameDucks { get; } =
    [
        new("Lame duck", static c => Info(c, Cluster(isLame: true))),
        new("Info", static c => Info(c, new NatsServerInfo())),
        new("Accepted", static c => Established(Oldest(c), Cluster(isLame: true))),
    ];

    /// <summary>Credentials that expire, and the timer that renews them, on time and, where the time until then is long, before.</summary>
    public static CourseInput[] Renewals { get; } =
    [
        new("Accepted", static c => Oldest(c) is { } open ? Accepted(open, new NatsServerInfo(), StateAbstraction.FarExpiry) : null),
        new("Accepted", static c => Oldest(c) is { } open ? Accepted(open, new NatsServerInfo(), TimeSpan.FromSeconds(5)) : null),
        new("Accepted", static c => Oldest(c) is { } open ? Accepted(open, new NatsServerInfo(), TimeSpan.FromSeconds(-5)) : null),
        Timer(MachineTimer.Renew, StateAbstraction.FarExpiry - TimeSpan.FromSeconds(1)),
        Timer(MachineTimer.Renew, TimeSpan.Zero),
    ];

    public static CourseInput[] ServerErrors { get; } =
    [
        new("Server error", static c => Live(c) is { } id ? new ServerErrorReceived(id, s_denied, []) : null),
        new("Server error", static c => Live(c) is { } id ? new ServerErrorReceived(id, s_refusal, []) : null),
    ];

    public static CourseInput[] Callbacks { get; } =
    [
        new("Selected", static c => Selected(c, server: null, null, TimeSpan.Zero)),
        new("Selected", static c => Selected(c, c.State.Pool.Servers[^1].Id, null, TimeSpan.Zero)),
        new("Selected", static c => Selected(c, c.State.Pool.Servers[^1].Id, null, TimeSpan.FromSeconds(1))),
        new("Selected", static c => Selected(c, server: null, new Uri("nats://foreign"), TimeSpan.FromSeconds(1))),
        new("Delay", static c => c.Outstanding.HasFlag(Outstanding.DelayCallback) ? new DelayReturned(c.State.Asked, TimeSpan.FromSeconds(1)) : null),
    ];

    public static CourseInput[] Timers { get; } =
    [
        .. new[] { MachineTimer.Backoff, MachineTimer.TimeLimit, MachineTimer.Migrate, MachineTimer.Info, MachineTimer.Repeats }.Select(static timer => Timer(timer, TimeSpan.Zero)),
        new("Hedge", static c => c.Timers.Contains(MachineTimer.Hedge) ? new TimerFired(MachineTimer.Hedge) : null) { Elapsed = StateAbstraction.LongTime },
        new("Stable", static c => c.Timers.Contains(MachineTimer.Stable) ? new TimerFired(MachineTimer.Stable) : null) { Elapsed = StateAbstraction.LongTime },
    ];

    /// <summary>What names a session, an attempt or a call that is over.</summary>
    public static CourseInput[] Stale { get; } =
    [
        new("old session", static c => Ended(c, c.State.SessionId - 1, new SessionEnd(NatsDisconnectReason.SocketError))),
        new("old session", static c => new InfoReceived(c.State.SessionId - 1, Cluster(isLame: true))),
        new("old session", static c => new PublishersDrained(c.State.SessionId - 1, IsClean: true)),
        new("old session", static c => new HandoverReady(c.State.SessionId - 1)),
        new("old session", static c => Confirmed(c.State.SessionId - 1)),
        new("lost session", static c => c.State.Live is null ? Ended(c, c.State.SessionId, new SessionEnd(NatsDisconnectReason.SocketError)) : null),
        new("lost session", static c => c.State.Live is null ? new ServerErrorReceived(c.State.SessionId, s_denied, []) : null),
        new("old attempt", static _ => new AttemptEstablished(NoAttempt, new NatsServerInfo(), null, new NatsConnectTimings())),
        new("old attempt", static _ => new AttemptFailed(NoAttempt, NatsConnectPhase.Tcp, new IOException("late"), null)),
        new("old attempt", static c => c.State.Successor is { } next ? new AttemptFailed(next.Attempt.Id, NatsConnectPhase.Tcp, new IOException("late"), null) : null),
        new("old call", static c => new SelectorReturned(c.State.Asked - 1, c.State.Pool.Servers[0].Id, null, null, TimeSpan.Zero)),
        new("old call", static c => c.State.Search.IsAsking ? null : new DelayReturned(c.State.Asked, TimeSpan.Zero)),
    ];

    /// <summary>What was not ordered.</summary>
    public static CourseInput[] Misplaced { get; } =
    [
        new("Confirmed", static c => c.State is { IsResubscribing: false, Live: { } live } ? Confirmed(live.Id) : null),
        new("Handed over", static c => c is { State.Live: { } live, Outstanding: var waits } && !waits.HasFlag(Outstanding.Handover) ? new HandoverReady(live.Id) : null),
        new("Subscriptions drained", static c => c.Outstanding.HasFlag(Outstanding.SubscriptionsDrained) ? null : new SubscriptionsDrained(NatsDrainOutcome.Clean, 1, [])),
        new("Publishers drained", static c => c is { State.Live: { } live, Outstanding: var waits } && !waits.HasFlag(Outstanding.PublishersDrained) ? new PublishersDrained(live.Id, IsClean: true) : null),
    ];

    public static ServerAddress[] Addresses(int from, int count) =>
        [.. Enumerable.Range(from, count).SelectMany(static i => ServerAddress.ParseList([$"nats://10.0.0.{i}:4222"]))];

    private static CourseInput Timer(MachineTimer timer, TimeSpan elapsed) =>
        new(timer.ToString(), c => c.Timers.Contains(timer) ? new TimerFired(timer) : null) { Elapsed = elapsed };

    private static OpenAttempt? Oldest(ConnectionCourse c) => c.State.Search.Open is [var oldest, ..] ? oldest : null;

    private static OpenAttempt? Newest(ConnectionCourse c) => c.State.Search.Open is [_, var newest] ? newest : null;

    private static int? Live(ConnectionCourse c) => c.State.Live?.Id;

    private static AttemptEstablished? Established(OpenAttempt? open, NatsServerInfo info) => open is null ? null : Accepted(open, info, null);

    private static AttemptEstablished Accepted(OpenAttempt open, NatsServerInfo info, TimeSpan? expiry) =>
        new(open.Id, info, null, new NatsConnectTimings()) { CredentialsExpireAt = StateAbstraction.WallClock + expiry };

    private static AttemptFailed? Failed(OpenAttempt? open, Exception exception, NatsServerError? error) =>
        open is null ? null : new AttemptFailed(open.Id, error is null ? NatsConnectPhase.Tcp : NatsConnectPhase.Authentication, exception, error);

    private static SessionEnded Ended(ConnectionCourse c, int session, SessionEnd end) => new(session, end, default, new SessionEndInfo(0, 0, StateAbstraction.WallClock));

    private static ReplayConfirmed Confirmed(int session) => new(session, 1, 0, TimeSpan.Zero, default, default);

    private static InfoReceived? Info(ConnectionCourse c, NatsServerInfo info) => Live(c) is { } id ? new InfoReceived(id, info) : null;

    private static SelectorReturned? Selected(ConnectionCourse c, int? server, Uri? rejected, TimeSpan delay) =>
        c.Outstanding.HasFlag(Outstanding.Selector) ? new SelectorReturned(c.State.Asked, server, rejected, rejected is null ? null : "foreign", delay) : null;

    private static NatsServerInfo Cluster(bool isLame, params int[] servers) =>
        new() { LameDuckMode = isLame, ClientConnectUrls = servers is [] ? null : [.. servers.Select(static i => $"10.0.0.{i}:4222")] };
}
