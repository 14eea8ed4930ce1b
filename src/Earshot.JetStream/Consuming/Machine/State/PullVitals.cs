namespace Earshot.JetStream.Consuming;

/// <summary>
/// Monitors the responses of a consumer and reports: an alarm, once per silence; a stall and its end, as a pair; and a consumer that is
/// paused or waits for acks, which otherwise looks idle. Makes no decisions about pull requests.
/// </summary>
internal sealed class PullVitals(List<PullEffect> effects)
{
    private const long BlockedAfter = 30 * TimeSpan.TicksPerSecond;
    private const long BetweenChecks = 60 * TimeSpan.TicksPerSecond;

    private long _lastMessage;
    private long _nextCheck;
    private long _stalledSince = -1;
    private bool _isAlarmReported;
    private bool _isPaused;
    private bool _isBlocked;
    private ulong _lastStreamSeq; // in the last heartbeat
    private ulong _lastConsumerSeq;

    /// <summary>The time of the last message or heartbeat, or of the first pull request after none was waiting.</summary>
    public long LastSign { get; private set; }

    /// <summary>The number of consecutive silences.</summary>
    public int Missed { get; private set; }

    public bool IsStalled => _stalledSince >= 0;

    /// <summary>The number of pull requests since the start of the stall.</summary>
    public int PullsInStall { get; set; }

    /// <summary>The number of messages after the last delivered one, as reported by the server.</summary>
    public ulong KnownPending { get; set; }

    public void Reset(long now, ulong pending)
    {
        (_lastMessage, LastSign, _nextCheck) = (now, now, now);
        (Missed, _stalledSince, PullsInStall, KnownPending) = (0, -1, 0, pending);
        _isAlarmReported = false;
    }

    /// <summary>Restarts the measurement of silence.</summary>
    public void Restart(long now) => LastSign = now;

    public void Message(long now)
    {
        _lastMessage = now;
        Sign(ResumeSign.Message, now);
        ReportPaused(false);
        ReportBlocked(null, false);
    }

    public void Sign(ResumeSign sign, long now)
    {
        (LastSign, Missed, _isAlarmReported) = (now, 0, false);
        if (_stalledSince >= 0)
        {
            Report(new PullNote(PullNoteKind.Resumed) { Elapsed = now - _stalledSince, Count = PullsInStall, Sign = sign });
            _stalledSince = -1;
        }
    }

    /// <summary>Stores the position of the consumer in a heartbeat.</summary>
    public void Position(in PullStatus status) => (_lastStreamSeq, _lastConsumerSeq) = (status.LastStreamSeq, status.LastConsumerSeq);

    /// <summary>Processes a silence: nothing was received in time.</summary>
    public void Silent(long now)
    {
        Missed++;
        Alarm(now - LastSign);
        LastSign = now;
    }

    /// <summary>Reports once that nothing has been received, until something is received.</summary>
    public void Alarm(long elapsed)
    {
        if (!_isAlarmReported)
        {
            _isAlarmReported = true;
            Report(new PullNote(PullNoteKind.HeartbeatAlarm)
            {
                Count = Missed,
                Elapsed = elapsed,
                LastStreamSeq = _lastStreamSeq,
                LastConsumerSeq = _lastConsumerSeq,
            });
        }
    }

    public void Stall(StallReason reason, PullFacts? facts, long now)
    {
        if (_stalledSince < 0)
        {
            (_stalledSince, PullsInStall) = (now, 0);
            Report(new PullNote(PullNoteKind.Stalled) { Stall = reason, Facts = facts });
        }
    }

    /// <summary>Returns, after a heartbeat, whether to request the info of the consumer to find out why no message arrives.</summary>
    public bool IsCheckDue(long now)
    {
        if (now - _lastMessage < BlockedAfter || now < _nextCheck || (KnownPending == 0 && !_isPaused && !_isBlocked))
        {
            return false;
        }

        _nextCheck = now + BetweenChecks;
        return true;
    }

    /// <summary>Processes the info of the consumer, requested while heartbeats arrive.</summary>
    public void Checked(PullFacts facts)
    {
        KnownPending = facts.Pending;
        ReportPaused(facts.IsPaused);
        ReportBlocked(facts, facts.IsBlocked);
    }

    private void ReportPaused(bool isPaused)
    {
        if (_isPaused != isPaused)
        {
            _isPaused = isPaused;
            Report(new PullNote(PullNoteKind.Notice) { Notice = isPaused ? NatsJSNotificationKind.Paused : NatsJSNotificationKind.Unpaused });
        }
    }

    private void ReportBlocked(PullFacts? facts, bool isBlocked)
    {
        if (_isBlocked != isBlocked)
        {
            _isBlocked = isBlocked;
            Report(new PullNote(PullNoteKind.Notice)
            {
                Notice = isBlocked ? NatsJSNotificationKind.Blocked : NatsJSNotificationKind.Unblocked,
                Count = facts?.AckPending ?? 0,
                Detail = facts is null ? null : $"{facts.AckPending} of {facts.MaxAckPending} messages without ack",
            });
        }
    }

    private void Report(PullNote note) => effects.Add(new PullEffect(PullEffectKind.Report) { Note = note });
}
