using Earshot.Events;

namespace Earshot.Lifecycle;

/// <summary>The phase one attempt is in and how long each took; reports both to the machine and the journal. Decides nothing.</summary>
internal sealed class AttemptProgress(int attemptId, Journal journal, TimeProvider time, IMachineInputSink facts)
{
    private readonly OptionalTimeSpan[] _elapsed = new OptionalTimeSpan[(int)NatsConnectPhase.Resubscribe + 1];
    private long _began;
    private long _started;

    public int AttemptId => attemptId;

    public NatsConnectPhase Phase { get; private set; } = NatsConnectPhase.Dns;

    /// <summary>Since the first phase began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>The server's INFO.</summary>
    public NatsServerInfo? Info { get; set; }

    public void Enter(NatsConnectPhase phase, bool awaitsServer = true)
    {
        (Phase, _began) = (phase, time.GetTimestamp());
        _started = _started == 0 ? _began : _started;
        Report(awaitsServer);
    }

    /// <summary>A step inside the phase is done.</summary>
    public void Report(bool awaitsServer) => facts.Post(new AttemptProgressed(attemptId, Phase) { Info = Info, AwaitsServer = awaitsServer });

    public void Leave(IReadOnlyDictionary<string, string>? detail = null)
    {
        TimeSpan elapsed = time.GetElapsedTime(_began);
        _elapsed[(int)Phase] = new(elapsed);
        if (journal.Wants(NatsEventKind.ConnectPhaseCompleted))
        {
            journal.Append(new NatsConnectPhaseCompletedEvent { Phase = Phase, Duration = elapsed, Detail = detail }, attemptId);
        }
    }

    public void Warn(string code, string text) => journal.Append(new NatsConfigurationWarningEvent { Code = code, Text = text }, attemptId);

    /// <summary>A callback of the options threw or gave an answer that cannot be used.</summary>
    public void CallbackFaulted(NatsOptionCallback callback, Exception exception) =>
        journal.Append(new NatsCallbackFaultedEvent { Callback = callback, Exception = exception, Fallback = "the attempt fails" }, attemptId);

    public NatsConnectTimings Timings() => new()
    {
        Dns = Of(NatsConnectPhase.Dns),
        Tcp = Of(NatsConnectPhase.Tcp),
        WebSocket = Of(NatsConnectPhase.WebSocket),
        Tls = Of(NatsConnectPhase.Tls),
        Info = Of(NatsConnectPhase.Info),
        Authentication = Of(NatsConnectPhase.Authentication),
        Total = time.GetElapsedTime(_started),
    };

    private TimeSpan? Of(NatsConnectPhase phase) => _elapsed[(int)phase].Value;
}
