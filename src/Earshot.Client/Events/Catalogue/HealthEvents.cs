using Earshot.Events;

// The records of events about keep-alive and stalls. Defines payload, severity and message of each; does not decide when one is emitted.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.PingSent"/>: a keep-alive PING was sent.</summary>
    ValueTask OnPingSentAsync(NatsPingSentEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PongReceived"/>: the server responded to a keep-alive PING.</summary>
    ValueTask OnPongReceivedAsync(NatsPongReceivedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.StaleConnection"/>: the connection is declared stale; a disconnect follows.</summary>
    ValueTask OnStaleConnectionAsync(NatsStaleConnectionEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ProcessStalled"/>: the process was paused or had no thread to read with; silence in that time says nothing about the server.</summary>
    ValueTask OnProcessStalledAsync(NatsProcessStalledEvent e, CancellationToken ct) => default;
}

/// <summary>A keep-alive PING was sent.</summary>
public sealed record NatsPingSentEvent() : NatsConnectionEvent(NatsEventKind.PingSent, NatsEventSeverity.Trace)
{
    /// <summary>Number of unanswered PINGs, this one included.</summary>
    public int Outstanding { get; init; }
    /// <summary>Maximum number of unanswered PINGs.</summary>
    public int Max { get; init; }
    private protected override string Describe() => $"ping sent, {Outstanding} of {Max} outstanding";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPingSentAsync(this, ct);
}

/// <summary>The server responded to a keep-alive PING.</summary>
public sealed record NatsPongReceivedEvent() : NatsConnectionEvent(NatsEventKind.PongReceived, NatsEventSeverity.Trace)
{
    /// <summary>The round-trip time of this PING.</summary>
    public TimeSpan Rtt { get; init; }
    /// <summary>The smoothed round-trip time.</summary>
    public TimeSpan SmoothedRtt { get; init; }
    /// <summary>Number of PINGs that are still unanswered.</summary>
    public int Outstanding { get; init; }
    private protected override string Describe() => $"pong after {EventText.Of(Rtt)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPongReceivedAsync(this, ct);
}

/// <summary>The connection is declared stale; a disconnect follows.</summary>
public sealed record NatsStaleConnectionEvent() : NatsConnectionEvent(NatsEventKind.StaleConnection, NatsEventSeverity.Warning)
{
    /// <summary>Number of unanswered PINGs.</summary>
    public int Outstanding { get; init; }
    /// <summary>Maximum number of unanswered PINGs.</summary>
    public int Max { get; init; }
    /// <summary>Time since the last byte was received.</summary>
    public TimeSpan SinceLastInbound { get; init; }
    /// <summary>Why the connection is declared stale.</summary>
    public NatsStaleConnectionReason Reason { get; init; }
    private protected override string Describe() => $"stale connection ({Reason}), nothing received for {EventText.Of(SinceLastInbound)}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnStaleConnectionAsync(this, ct);
}

/// <summary>The process was paused or had no thread to read with; missing inbound data in that time does not indicate a problem of the server.</summary>
public sealed record NatsProcessStalledEvent() : NatsConnectionEvent(NatsEventKind.ProcessStalled, NatsEventSeverity.Warning)
{
    /// <summary>The duration of the pause.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>How the pause was detected.</summary>
    public NatsStallKind StallKind { get; init; }
    private protected override string Describe() => $"process was paused for {EventText.Of(Duration)} ({StallKind})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnProcessStalledAsync(this, ct);
}

/// <summary>Why a connection is declared stale.</summary>
public enum NatsStaleConnectionReason
{
    /// <summary>Too many PINGs are unanswered.</summary>
    MissedPongs,
    /// <summary>The server called the connection stale.</summary>
    ServerError,
    /// <summary>No data was received for too long while a response was outstanding.</summary>
    ReadTimeout,
    /// <summary>No data could be written for too long.</summary>
    WriteStall,
    /// <summary>Bytes were received, but the frame they belong to did not end (<see cref="NatsOpts.FrameTimeout"/>).</summary>
    IncompleteFrame,
}

/// <summary>How a pause of the process was detected.</summary>
public enum NatsStallKind
{
    /// <summary>A timer fired much too late.</summary>
    TimerDrift,
    /// <summary>The garbage collector paused the process.</summary>
    GcPause,
    /// <summary>The machine was in sleep mode.</summary>
    SystemSleep,
    /// <summary>Bytes had arrived, and no thread of the pool read them.</summary>
    ThreadPoolStarvation,
}
