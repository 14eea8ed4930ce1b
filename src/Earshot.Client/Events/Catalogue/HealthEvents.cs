using Earshot.Events;

// The records of events about keep-alive and stalls. Owns payload, severity and wording of each; never decides when one happens.
namespace Earshot;

/// <summary>A keep-alive ping was sent.</summary>
public sealed record NatsPingSentEvent() : NatsConnectionEvent(NatsEventKind.PingSent, NatsEventSeverity.Trace)
{
    /// <summary>Pings without an answer, with this one.</summary>
    public int Outstanding { get; init; }
    /// <summary>How many are allowed.</summary>
    public int Max { get; init; }
    private protected override string Describe() => $"ping sent, {Outstanding} of {Max} outstanding";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPingSentAsync(this, ct);
}

/// <summary>A keep-alive ping was answered.</summary>
public sealed record NatsPongReceivedEvent() : NatsConnectionEvent(NatsEventKind.PongReceived, NatsEventSeverity.Trace)
{
    /// <summary>The round trip.</summary>
    public TimeSpan Rtt { get; init; }
    /// <summary>The smoothed round trip.</summary>
    public TimeSpan SmoothedRtt { get; init; }
    /// <summary>Pings still without an answer.</summary>
    public int Outstanding { get; init; }
    private protected override string Describe() => $"pong after {EventText.Of(Rtt)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPongReceivedAsync(this, ct);
}

/// <summary>The link is declared dead.</summary>
public sealed record NatsStaleConnectionEvent() : NatsConnectionEvent(NatsEventKind.StaleConnection, NatsEventSeverity.Warning)
{
    /// <summary>Pings without an answer.</summary>
    public int Outstanding { get; init; }
    /// <summary>How many are allowed.</summary>
    public int Max { get; init; }
    /// <summary>Time since the last byte.</summary>
    public TimeSpan SinceLastInbound { get; init; }
    /// <summary>What showed it.</summary>
    public NatsStaleConnectionReason By { get; init; }
    private protected override string Describe() => $"stale connection ({By}), nothing received for {EventText.Of(SinceLastInbound)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnStaleConnectionAsync(this, ct);
}

/// <summary>The process was paused or had no thread to read with, so silence says nothing about the server.</summary>
public sealed record NatsProcessStalledEvent() : NatsConnectionEvent(NatsEventKind.ProcessStalled, NatsEventSeverity.Warning)
{
    /// <summary>How long.</summary>
    public TimeSpan Gap { get; init; }
    /// <summary>How it was found.</summary>
    public NatsStallKind Stall { get; init; }
    private protected override string Describe() => $"process was paused for {EventText.Of(Gap)} ({Stall})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnProcessStalledAsync(this, ct);
}

/// <summary>What showed that the link is dead.</summary>
public enum NatsStaleConnectionReason
{
    /// <summary>Too many pings without an answer.</summary>
    MissedPongs,
    /// <summary>The server said so.</summary>
    ServerError,
    /// <summary>Nothing was received for too long.</summary>
    ReadTimeout,
    /// <summary>Nothing could be written for too long.</summary>
    WriteStall,
}

/// <summary>How the pause of the process was found.</summary>
public enum NatsStallKind
{
    /// <summary>A timer fired far too late.</summary>
    TimerDrift,
    /// <summary>The garbage collector paused the process.</summary>
    GcPause,
    /// <summary>The machine slept.</summary>
    SystemSleep,
    /// <summary>Bytes had arrived, and no thread of the pool read them.</summary>
    ThreadPoolStarvation,
}
