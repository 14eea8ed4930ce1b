namespace Earshot.JetStream.Consuming;

/// <summary>
/// Signs of life of a consumer and what is reported about them: the alarm, once per silence; a stall and its end, as a pair; a consumer that
/// is paused or waits for acknowledgements, which looks idle otherwise. Decides nothing about pulls.
/// </summary>
internal sealed class PullVitals(List<PullEffect> effects)
{
    private const long BlockedAfter = 30 * TimeSpan.TicksPerSecond;
    private const long BetweenChecks = 60 * TimeSpan.TicksPerSecond;

    private long _lastMessage;
    private long _nextCheck;
    private long _stalledSince = -1;
    private bool _isAlarmTold;
    private bool _isPaused;
    private bool _isBlocked;
    private ulong _lastStreamSeq; // of the last heartbeat
    private ulong _lastConsumerSeq;

    /// <summary>When something last came, or was asked for when nothing was.</summary>
    public long LastSign { get; private set; }

    /// <summary>Times in a row that nothing came in time.</summary>
    public int Missed { get; private set; }

    public bool IsStalled => _stalledSince >= 0;

    /// <summary>Pull requests since the stall began.</summary>
    public int PullsInStall { get; set; }

    /// <summary>The server's count of messages behind the last one that was delivered.</summary>
    public ulong KnownPending { get; set; }

    public void Reset(long now, ulong pending)
    {
        (_lastMessage, LastSign, _nextCheck) = (now, now, now);
        (Missed, _stalledSince, PullsInStall, KnownPending) = (0, -1, 0, pending);
        _isAlarmTold = false;
    }

    /// <summary>The time of silence begins again.</summary>
    public void Restart(long now) => LastSign = now;

    public void Message(long now)
    {
        _lastMessage = now;
        Sign(ResumeSign.Message, now);
        TellPaused(false);
        TellBlocked(null, false);
    }

    public void Sign(ResumeSign sign, long now)
    {
        (LastSign, Missed, _isAlarmTold) = (now, 0, false);
        if (_stalledSince >= 0)
        {
            SendServerInfo(new PullNote(PullNoteKind.Resumed) { Elapsed = now - _stalledSince, Count = PullsInStall, Sign = sign });
            _stalledSince = -1;
        }
    }

    /// <summary>A heartbeat tells where the consumer stands.</summary>
    public void Position(in PullStatus status) => (_lastStreamSeq, _lastConsumerSeq) = (status.LastStreamSeq, status.LastConsumerSeq);

    /// <summary>Nothing came in time.</summary>
    public void Silent(long now)
    {
        Missed++;
        if (!_isAlarmTold)
        {
            _isAlarmTold = true;
            SendServerInfo(new PullNote(PullNoteKind.HeartbeatAlarm)
            {
                Count = Missed,
                Elapsed = now - LastSign,
                LastStreamSeq = _lastStreamSeq,
                LastConsumerSeq = _lastConsumerSeq,
            });
        }

        LastSign = now;
    }

    public void Stall(StallReason reason, PullFacts? facts, long buffered, long now)
    {
        if (_stalledSince < 0)
        {
            (_stalledSince, PullsInStall) = (now, 0);
            SendServerInfo(new PullNote(PullNoteKind.Stalled) { Stall = reason, Facts = facts, Count = buffered });
        }
    }

    /// <summary>A heartbeat came: whether to ask the server why no message does.</summary>
    public bool IsCheckDue(long now)
    {
        if (now - _lastMessage < BlockedAfter || now < _nextCheck || (KnownPending == 0 && !_isPaused && !_isBlocked))
        {
            return false;
        }

        _nextCheck = now + BetweenChecks;
        return true;
    }

    /// <summary>What the server says while heartbeats come.</summary>
    public void Checked(PullFacts facts)
    {
        KnownPending = facts.Pending;
        TellPaused(facts.IsPaused);
        TellBlocked(facts, facts.IsBlocked);
    }

    private void TellPaused(bool isPaused)
    {
        if (_isPaused != isPaused)
        {
            _isPaused = isPaused;
            SendServerInfo(new PullNote(PullNoteKind.Notice) { Notice = isPaused ? NatsJSNotificationKind.Paused : NatsJSNotificationKind.Unpaused });
        }
    }

    private void TellBlocked(PullFacts? facts, bool isBlocked)
    {
        if (_isBlocked != isBlocked)
        {
            _isBlocked = isBlocked;
            SendServerInfo(new PullNote(PullNoteKind.Notice)
            {
                Notice = isBlocked ? NatsJSNotificationKind.Blocked : NatsJSNotificationKind.Unblocked,
                Count = facts?.AckPending ?? 0,
            });
        }
    }

    private void SendServerInfo(PullNote note) => effects.Add(new PullEffect(PullEffectKind.SendServerInfo) { Note = note });
}
