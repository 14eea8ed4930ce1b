namespace Earshot.Events;

/// <summary>
/// Reads a journal event by event and collects what breaks its grammar and its seven invariants. Works per life: after Closed a
/// Connecting starts the next one. It only looks; it repairs nothing and stops nothing. Not thread-safe.
/// </summary>
internal sealed class GrammarChecker
{
    private readonly List<NatsJournalViolation> _violations = [];
    private readonly AttemptTracker _attempts;
    private readonly ReadLedger _reads;
    private Phase _phase = Phase.New;
    private long _sequence;
    private NatsConnectionState? _state;
    private int _session;
    private int _endedSession;
    private int _lameDuckSession;
    private (int Opened, int Ended) _sessions;
    private bool _isCertain = true;
    private DrainStep _drain;

    public GrammarChecker() => (_attempts, _reads) = (new AttemptTracker(Report), new ReadLedger(Report));

    private enum DrainStep { None, Started, Completed }

    private enum Phase { New, Connecting, Live, Lost, Outage, Restored, Ended }

    public IReadOnlyList<NatsJournalViolation> Violations => _violations;

    /// <summary>Whether the connection run that was read last has ended.</summary>
    public bool IsEnded => _phase == Phase.Ended;

    /// <summary>What a journal checks itself with while it runs; nothing in release builds.</summary>
    public static GrammarChecker? ForDebugBuilds()
    {
#if DEBUG
        return new GrammarChecker();
#else
        return null;
#endif
    }

    public void Accept(in JournalLine line)
    {
        // A view of its cause, with the number of its cause.
        if (line.Kind == NatsEventKind.StatusChanged)
        {
            return;
        }

        if (line.Kind == NatsEventKind.EventsMissed)
        {
            Missed(line);
            return;
        }

        if (line.Sequence != _sequence + 1)
        {
            Report(line, "sequence", $"{line.Sequence} follows {_sequence}");
        }

        _sequence = line.Sequence;
        if (_state is { } before && line.PreviousState != before)
        {
            Report(line, "state", $"previous state is {line.PreviousState}, expected {before}");
        }

        _state = line.State;
        CheckSession(line);
        if (_phase == Phase.Ended && line.Kind != NatsEventKind.Connecting)
        {
            Report(line, "closed", $"{line.Kind} after Closed");
        }
        else
        {
            _reads.Accept(line);
            Step(line);
        }
    }

    /// <summary>Adds what is wrong with a journal that ends here although it should have been closed.</summary>
    public void RequireEnd()
    {
        if (!IsEnded)
        {
            _violations.Add(new NatsJournalViolation(_sequence, "closed", "the journal does not end with Closed"));
        }
    }

    public void ReportFormat(long number, string text) => _violations.Add(new NatsJournalViolation(number, "format", text));

    private void Report(JournalLine line, string rule, string text) => _violations.Add(new NatsJournalViolation(line.Sequence, rule, text));

    private void Step(in JournalLine line)
    {
        switch (line.Kind)
        {
            case NatsEventKind.Connecting: Connecting(line); break;
            case NatsEventKind.ConnectAttempt: Attempt(line); break;
            case NatsEventKind.ConnectAttemptFailed: _attempts.Failed(line); break;
            case NatsEventKind.ReconnectDelay: Expect(line, Phase.Connecting, Phase.Outage); break;
            case NatsEventKind.Connected: Opened(line, Phase.Connecting, Phase.Live); break;
            case NatsEventKind.Disconnected: Disconnected(line); break;
            case NatsEventKind.Reconnecting: Move(line, Phase.Lost, Phase.Outage); break;
            case NatsEventKind.Reconnected: Opened(line, Phase.Outage, Phase.Restored); break;
            case NatsEventKind.Resubscribed: Move(line, Phase.Restored, Phase.Live); break;
            case NatsEventKind.LameDuckMode: LameDuck(line); break;
            case NatsEventKind.DrainStarted when !line.IsSubscriptionDrain: DrainStarted(line); break;
            case NatsEventKind.DrainCompleted when !line.IsSubscriptionDrain: DrainCompleted(line); break;
            case NatsEventKind.Closed: Closed(line); break;
        }

        if (_drain == DrainStep.Completed && IsConnecting(line.Kind))
        {
            Report(line, "grammar", $"{line.Kind} after the drain of the connection was completed");
        }
    }

    private void Connecting(in JournalLine line)
    {
        Expect(line, Phase.New, Phase.Ended);
        (_phase, _isCertain) = (Phase.Connecting, true);
        (_sessions, _drain) = ((0, 0), DrainStep.None);
    }

    // A lame duck migration may dial while the old session is still open.
    private void Attempt(in JournalLine line)
    {
        Expect(line, Phase.Connecting, Phase.Outage, Phase.Live, Phase.Restored);
        _attempts.Started(line);
    }

    private void Opened(in JournalLine line, Phase from, Phase to)
    {
        Move(line, from, to);
        _attempts.Succeeded(line);
        _sessions.Opened++;
        if (_isCertain && line.SessionId != _session + 1)
        {
            Report(line, "session", $"{line.Kind} opens session {line.SessionId} after session {_session}");
        }

        _session = line.SessionId;
    }

    // A session may be lost before the server confirmed the subscriptions; then Resubscribed stays out.
    private void Disconnected(in JournalLine line)
    {
        Expect(line, Phase.Live, Phase.Restored);
        _phase = Phase.Lost;
        _sessions.Ended++;
        _endedSession = line.SessionId;
    }

    private void LameDuck(in JournalLine line)
    {
        if (line.SessionId == _lameDuckSession && _lameDuckSession != 0)
        {
            Report(line, "lame duck", $"a second LameDuckMode in session {line.SessionId}");
        }

        _lameDuckSession = line.SessionId;
    }

    private void DrainStarted(in JournalLine line)
    {
        if (_drain != DrainStep.None)
        {
            Report(line, "grammar", "a second drain of the connection");
        }

        _drain = DrainStep.Started;
    }

    private void DrainCompleted(in JournalLine line)
    {
        // Without a DrainStarted it reports what a close without drain left.
        if (_isCertain && _drain == DrainStep.Completed)
        {
            Report(line, "grammar", "a second DrainCompleted of the connection");
        }

        _drain = DrainStep.Completed;
    }

    // A connection that was never connected closes without Connecting.
    private void Closed(in JournalLine line)
    {
        Expect(line, Phase.New, Phase.Connecting, Phase.Live, Phase.Restored, Phase.Lost, Phase.Outage);
        if (_isCertain && _sessions.Ended != _sessions.Opened)
        {
            Report(line, "disconnects", $"{_sessions.Opened} sessions but {_sessions.Ended} Disconnected");
        }

        _phase = Phase.Ended;
        _attempts.Closed();
        _reads.Clear();
    }

    private void CheckSession(in JournalLine line)
    {
        if (IsDelivery(line.Kind))
        {
            return;
        }

        if (line.SessionId < _session)
        {
            Report(line, "session", $"{line.Kind} of session {line.SessionId} in session {_session}");
        }
        else if (_endedSession > 0 && line.SessionId == _endedSession && line.AttemptId == 0 && IsOfSession(line.Kind))
        {
            Report(line, "session", $"{line.Kind} of session {line.SessionId} after its Disconnected");
        }
    }

    private static bool IsConnecting(NatsEventKind kind) => kind is NatsEventKind.ConnectAttempt or NatsEventKind.Connected
        or NatsEventKind.Reconnecting or NatsEventKind.Reconnected;

    // What comes late for the application, and may carry the number of a session that is over.
    private static bool IsDelivery(NatsEventKind kind) => kind is NatsEventKind.SlowConsumer or NatsEventKind.SlowConsumerRecovered
        or NatsEventKind.MessageDropped or NatsEventKind.SubscriptionRemoved or NatsEventKind.SubscriptionCompleted
        || (int)kind / 100 == (int)NatsEventCategory.JetStream;

    // What only a live session can cause. A handshake that fails has its attempt id.
    private static bool IsOfSession(NatsEventKind kind) => kind is NatsEventKind.PingSent or NatsEventKind.PongReceived
        or NatsEventKind.StaleConnection or NatsEventKind.DiscoveredServers or NatsEventKind.LameDuckMode
        or NatsEventKind.ServerInfoUpdated or NatsEventKind.ServerError or NatsEventKind.PermissionViolation
        or NatsEventKind.WriteError or NatsEventKind.SocketWriteTimeout or NatsEventKind.ProtocolError
        or NatsEventKind.Resubscribed or NatsEventKind.ResubscribeFailed or NatsEventKind.SubscriptionRetrying;

    private void Missed(in JournalLine line)
    {
        if (line.MissedFrom != _sequence + 1 || line.Sequence < line.MissedFrom)
        {
            Report(line, "sequence", $"missed {line.MissedFrom} to {line.Sequence} follows {_sequence}");
        }

        (_sequence, _state, _isCertain) = (line.Sequence, null, false);
        (_phase, _endedSession) = (Phase.New, 0);
        _attempts.Missed();
        _reads.Clear();
    }

    private void Move(in JournalLine line, Phase from, Phase to)
    {
        Expect(line, from);
        _phase = to;
    }

    private void Expect(in JournalLine line, params ReadOnlySpan<Phase> phases)
    {
        // After a gap the first event of the lifecycle shows the state of the journal again.
        if (phases.Contains(_phase) || (!_isCertain && _phase == Phase.New))
        {
            return;
        }

        Report(line, "grammar", $"{line.Kind} is not allowed here ({Where(_phase)})");
    }

    private static string Where(Phase phase) => phase switch
    {
        Phase.New => "before Connecting",
        Phase.Connecting => "during the initial connect",
        Phase.Live => "a session is open",
        Phase.Lost => "a session was just lost",
        Phase.Outage => "during an outage",
        Phase.Restored => "before Resubscribed",
        _ => "the connection is closed",
    };
}
