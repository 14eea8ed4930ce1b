using System.Collections.Immutable;
using System.Net;
using Earshot.Sessions;
using Earshot.Outbound;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Where facts are brought; returns at once or works the facts off that are there.</summary>
internal interface IFactSink
{
    void Post(MachineInput fact);
}

/// <summary>A fact that the lifecycle answers to. Facts of attempts and sessions name the one they belong to.</summary>
internal abstract record MachineInput;

internal sealed record ConnectAsked : MachineInput;

internal sealed record ReconnectAsked(NatsForceReconnectOptions Options) : MachineInput;

internal sealed record DrainAsked(TimeSpan Timeout, int Subscriptions) : MachineInput;

internal sealed record CloseAsked(NatsCloseReason Reason, Exception? Exception = null) : MachineInput;

internal sealed record ServersSet(ImmutableArray<ServerAddress> Servers, bool Reconnect) : MachineInput;

/// <summary>A name has several addresses: the attempt dials the first, the others come next.</summary>
internal sealed record AddressesResolved(int AttemptId, ImmutableArray<IPAddress> Addresses, EndPoint First) : MachineInput;

internal sealed record AttemptShowedLife(int AttemptId) : MachineInput;

internal sealed record AttemptEstablished(int AttemptId, NatsServerInfo Info, EndPoint? Endpoint, ConnectTimings Timings) : MachineInput
{
    /// <summary>Until when the credentials are valid, where they end and fresh ones can be asked for.</summary>
    public DateTimeOffset? CredentialsExpireAt { get; init; }
}

internal sealed record AttemptFailed(int AttemptId, ConnectPhase Phase, Exception Exception, NatsServerError? ServerError) : MachineInput;

internal sealed record SelectorAnswered(int Number, int? ServerId, Uri? Rejected, string? Why, TimeSpan Delay) : MachineInput;

internal sealed record DelayAnswered(int Number, TimeSpan Delay) : MachineInput;

internal sealed record TimerFired(MachineTimer Timer) : MachineInput;

internal sealed record InfoReceived(int SessionId, NatsServerInfo Info) : MachineInput;

internal sealed record ServerErrorReceived(int SessionId, NatsServerError Error, ImmutableArray<INatsSub> Subscriptions) : MachineInput;

/// <summary>Nothing of the session happens any more, and the outbound buffer was cut.</summary>
internal sealed record SessionEnded(int SessionId, SessionEnd End, CutSummary Cut, SessionFacts Facts) : MachineInput;

internal sealed record ReplayConfirmed(int SessionId, int Count, int Denied, TimeSpan Elapsed, LossWindow Window, CutSummary Replayed) : MachineInput;

/// <summary>The old session of a migration is silent: the successor may take over.</summary>
internal sealed record HandoverReady(int SessionId) : MachineInput;

internal sealed record SubscriptionsDrained(DrainOutcome Outcome, long Delivered, ImmutableArray<DrainRemainder> Remaining) : MachineInput;

/// <summary>Everything published has reached the server of this session, or the drain's time is over.</summary>
internal sealed record PublishersDrained(int SessionId, bool IsClean) : MachineInput;

/// <summary>What a session knew when it ended.</summary>
internal readonly record struct SessionFacts(int InFlightRequests, int Subscriptions, DateTimeOffset LastInbound);

internal enum MachineTimer
{
    /// <summary>A dial has not shown life: give it company.</summary>
    Hedge,

    /// <summary>The wait between rounds is over.</summary>
    Backoff,

    /// <summary>The outage has lasted as long as it may.</summary>
    TimeLimit,

    /// <summary>The session has lasted long enough to forgive the back-off.</summary>
    Stable,

    /// <summary>The planned moment of leaving a lame server.</summary>
    Migrate,

    /// <summary>The credentials expire soon.</summary>
    Renew,

    /// <summary>An error that repeats is told again, with how often it came.</summary>
    Repeats,
}

/// <summary>When an input happened and the chance it brings along, so that a step needs neither clock nor random source.</summary>
internal readonly record struct Stamp(TimeSpan Now, DateTimeOffset WallClock, int Seed)
{
    public Random Random() => new((int)Mixed());

    /// <summary>Uniform in [0, 1).</summary>
    public double Chance() => (Mixed() >> 11) * (1.0 / (1UL << 53));

    // Seeded generators answer neighbouring seeds with neighbouring numbers; clients that were started together would stay together.
    private ulong Mixed()
    {
        ulong mixed = unchecked((uint)Seed * 0x9E3779B97F4A7C15UL);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL);
        return mixed ^ (mixed >> 31);
    }
}
