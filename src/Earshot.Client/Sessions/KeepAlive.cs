using Earshot.Outbound;
using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>
/// Detects a stale connection on which the socket reports no error. Any inbound byte resets the timers. Idle: a PING each interval, stale
/// after the maximum number of unanswered PINGs. With something outstanding: a probe after two seconds without inbound data
/// (<see cref="LivenessProbe"/>). Publishes that no PONG has confirmed for two seconds cause a PING as well. A frame that does not end makes
/// the connection stale although bytes are received (<see cref="IncompleteFrame"/>). It decides and reports; the session ends itself.
/// </summary>
internal sealed class KeepAlive(Session session, SessionParts parts) : TimerEntry
{
    // All under this, which no other code locks: the timer and the read loop's PONG. Nothing is sent or reported under it.
    private long _baseline; // silence is counted from here when nothing has come since
    private long _lastPing;
    private long _lastPong;
    private long _uncoveredSince; // since when each check has found publishes that no PONG has confirmed; 0: the last one has not
    private LivenessProbe? _probe;
    private IncompleteFrame? _frame;
    private TimeSpan _nextCheck;
    private PauseDetector _pauses;
    private long _lastPauseEnd;
    private int _outstanding;
    private TimeSpan _smoothed;
    private bool _isStopped;

    /// <summary>When the last pause of the process was found to be over; 0 = never.</summary>
    public long LastPauseEnd => Volatile.Read(ref _lastPauseEnd);

    public int Outstanding => Volatile.Read(ref _outstanding);

    public void Start()
    {
        _baseline = _lastPing = _lastPong = parts.Time.GetTimestamp();
        _nextCheck = parts.Options.ProbeDelay;
        ScheduleNext(_baseline);
    }

    public void Stop()
    {
        lock (this)
        {
            (_isStopped, _probe) = (true, null);
        }

        TimerQueue.For(parts.Time).Cancel(this);
    }

    /// <summary>
    /// The session ends. When the process was paused, the server may have ended it meanwhile, and that is often read before the timer fires: the pause is
    /// reported before the end, which it explains.
    /// </summary>
    public void ReportPause()
    {
        NatsProcessStalledEvent? paused;
        lock (this)
        {
            paused = _isStopped ? null : FindPauseLocked(parts.Time.GetTimestamp());
        }

        if (paused is not null)
        {
            parts.Journal.Append(paused);
        }
    }

    public void PongArrived(TimeSpan roundTrip)
    {
        lock (this)
        {
            if (_isStopped)
            {
                return;
            }

            (_outstanding, _probe, _lastPong) = (0, null, parts.Time.GetTimestamp());
            _smoothed = _smoothed == TimeSpan.Zero ? roundTrip : ((_smoothed * 7) + roundTrip) / 8;
        }

        if (parts.Journal.Wants(NatsEventKind.PongReceived))
        {
            parts.Journal.Append(new NatsPongReceivedEvent { Rtt = roundTrip, SmoothedRtt = _smoothed, Outstanding = 0 });
        }
    }

    protected override void Fire()
    {
        long now = parts.Time.GetTimestamp();
        Finding found;
        lock (this)
        {
            if (_isStopped)
            {
                return;
            }

            found = CheckLocked(now);
            _isStopped = found.End is not null;
        }

        if (found.Report is { } report)
        {
            parts.Journal.Append(report);
        }

        if (found.End is { } end)
        {
            session.EndStale(end);
            return;
        }

        if (found.Asks)
        {
            Ping(now, found.ReplyDueSince);
        }

        lock (this)
        {
            if (!_isStopped)
            {
                ScheduleNext(now);
            }
        }
    }

    private Finding CheckLocked(long now)
    {
        _nextCheck = parts.Options.ProbeDelay;
        if (FindPauseLocked(now) is { } paused)
        {
            // The clock of this process ran while the process did not: what the server sent meanwhile has not been read yet.
            (_baseline, _uncoveredSince) = (now, 0);
            (_outstanding, _probe, _frame) = (0, null, null);
            return new Finding { Report = paused, Asks = true, ReplyDueSince = now };
        }

        if (parts.Outbound.WriteAge is { } age && age >= parts.Options.WriteTimeout && (_lastPauseEnd == 0 || parts.Time.GetElapsedTime(_lastPauseEnd, now) >= parts.Options.WriteTimeout))
        {
            return new Finding
            {
                Report = new NatsSocketWriteTimeoutEvent { Timeout = parts.Options.WriteTimeout, PendingBytes = parts.Outbound.PendingBytes },
                End = new SessionEnd(NatsDisconnectReason.WriteTimeout, new TimeoutException($"A socket write timed out after {parts.Options.WriteTimeout}.")),
            };
        }

        if (session.IsReadBlocked)
        {
            // We are not reading: the silence is ours, and what came meanwhile is still to be read.
            (_baseline, _outstanding, _probe, _frame) = (now, 0, null, null);
            return default;
        }

        long lastInbound = Math.Max(session.LastInbound, _baseline);
        if (IsFrameStalledLocked(now))
        {
            return Stale(NatsStaleConnectionReason.IncompleteFrame, lastInbound, now);
        }

        if (lastInbound > _lastPing)
        {
            _outstanding = 0;
        }

        return CheckReplyLocked(lastInbound, now) ?? CheckIntervalLocked(lastInbound, now);
    }

    private NatsProcessStalledEvent? FindPauseLocked(long now)
    {
        NatsProcessStalledEvent? paused = _pauses.Report(now, parts.Options.StallThreshold, parts.Time, parts.Options.CollectorPauses());
        _lastPauseEnd = paused is null ? _lastPauseEnd : now;
        return paused;
    }

    private bool IsFrameStalledLocked(long now)
    {
        long parsed = session.ParsedBytes; // before the bytes received, which it never exceeds
        long received = session.ReceivedBytes;
        if (!session.IsReceiving)
        {
            return false; // what was received is still being parsed: whether it ends a frame is not known yet
        }

        if (parsed == received || session.Progress is { Unread: > 0 })
        {
            _frame = null; // complete, or this process has not read what was received
            return false;
        }

        if (_frame is { } frame && frame.IsSame(parsed, received))
        {
            return frame.IsStalled(now, parts.Options, parts.Time);
        }

        _frame = new IncompleteFrame(now, parsed, received);
        return false;
    }

    // With something outstanding: sends the probe when it is due, and reports a missing PONG after the timeout.
    private Finding? CheckReplyLocked(long lastInbound, long now)
    {
        bool isCovered = !parts.Outbound.HasUncovered;
        _uncoveredSince = isCovered ? 0 : _uncoveredSince == 0 ? now : _uncoveredSince;
        long? pingSentAt = parts.Pings.OldestSentAt;
        long? busySince = BusySinceLocked();
        if (_probe is { } due && (lastInbound > due.PingSentAt || (busySince is null && isCovered)))
        {
            _probe = null; // a response, or no call waits any more
        }

        if (_probe is { } probe)
        {
            if (probe.IsStale(new LivenessSample(now, lastInbound, parts.Outbound.SentBytes, session.Progress), parts.Options, parts.Time, out TimeSpan next))
            {
                return Stale(parts.Outbound.WriteAge >= parts.Options.ProbeTimeout ? NatsStaleConnectionReason.WriteStall : NatsStaleConnectionReason.ReadTimeout, lastInbound, now);
            }

            NoteNext(next);
            return probe.FindStarvation(now, parts.Options, parts.Time) is { } starved
                ? new Finding { Report = new NatsProcessStalledEvent { Duration = starved, StallKind = NatsStallKind.ThreadPoolStarvation } }
                : default(Finding); // one PING in flight is enough
        }

        if (busySince is { } since && IsOver(Math.Max(lastInbound, since), now))
        {
            return new Finding { Asks = true, ReplyDueSince = UnansweredSince(now, since) };
        }

        return isCovered ? null : CheckUnconfirmedLocked(lastInbound, pingSentAt, now);
    }

    // Publishes that no PONG has covered: a PING in flight covers them, and its answer is due when nothing else comes in.
    private Finding? CheckUnconfirmedLocked(long lastInbound, long? pingSentAt, long now)
    {
        if (!IsOver(pingSentAt is { } sentAt ? Math.Max(lastInbound, sentAt) : Math.Max(_lastPong, _baseline), now))
        {
            return null;
        }

        if (pingSentAt is not { } sentBefore)
        {
            return new Finding { Asks = true, ReplyDueSince = UnansweredSince(now, _uncoveredSince) };
        }

        // The probe is checked again, without another PING.
        (_lastPing, _probe, _outstanding) = (now, new LivenessProbe(now, UnansweredSince(now, sentBefore), parts.Outbound.SentBytes), Math.Max(1, _outstanding));
        NoteNext(session.Progress is null ? _nextCheck : LivenessProbe.FirstCheck);
        return default(Finding);
    }

    // Idle: a PING each interval.
    private Finding CheckIntervalLocked(long lastInbound, long now)
    {
        if (parts.Time.GetElapsedTime(_lastPing, now) <= parts.Options.PingInterval - parts.Options.CheckGrid)
        {
            return default;
        }

        return _outstanding >= parts.Options.MaxPingsOut && session.Progress is not { Unread: > 0 }
            ? Stale(NatsStaleConnectionReason.MissedPongs, lastInbound, now)
            : new Finding { Asks = true };
    }

    // Whether the probe delay has elapsed; if not, checks again when it has.
    private bool IsOver(long since, long now)
    {
        TimeSpan left = parts.Options.ProbeDelay - parts.Time.GetElapsedTime(since, now);
        if (left <= TimeSpan.Zero)
        {
            return true;
        }

        NoteNext(left);
        return false;
    }

    // Since when the other side may have acknowledged nothing of what was written. Where all of it is acknowledged, there was nothing to
    // acknowledge. A timer that came late leaves the PING no less time, and a long probe delay leaves it half of the timeout.
    private long UnansweredSince(long now, long written)
    {
        if (session.Progress is not { Outstanding: > 0 })
        {
            return now;
        }

        TimeSpan half = parts.Options.ProbeTimeout / 2;
        long earliest = now - DueTime.After(parts.Time, 0, parts.Options.ProbeDelay < half ? parts.Options.ProbeDelay : half);
        return Math.Min(now, Math.Max(earliest, written));
    }

    private void NoteNext(TimeSpan due) => _nextCheck = due < _nextCheck ? due : _nextCheck;

    private Finding Stale(NatsStaleConnectionReason by, long lastInbound, long now)
    {
        NatsDisconnectReason reason = by == NatsStaleConnectionReason.MissedPongs ? NatsDisconnectReason.MissedPongs : NatsDisconnectReason.ReadTimeout;
        string stalled = by switch
        {
            NatsStaleConnectionReason.WriteStall => $" A socket write has been pending for {parts.Outbound.WriteAge}.",
            NatsStaleConnectionReason.IncompleteFrame => $" A frame of the server has not ended: {session.ReceivedBytes - session.ParsedBytes} bytes of it were received in {parts.Options.FrameTimeout} or more.",
            _ => "",
        };
        TimeSpan silence = parts.Time.GetElapsedTime(lastInbound, now);
        return new Finding
        {
            Report = new NatsStaleConnectionEvent { Outstanding = _outstanding, Max = parts.Options.MaxPingsOut, SinceLastInbound = silence, Reason = by },
            End = new SessionEnd(reason, new TimeoutException($"Nothing received from the server for {silence}; PINGs without a PONG: {_outstanding}.{stalled}")),
        };
    }

    private void Ping(long now, long? replyDueSince)
    {
        lock (this)
        {
            _lastPing = now;
            _outstanding++; // before it is sent, since its PONG may be faster than this thread
        }

        PingWaiter? ping = parts.Pings.Send(inline: session.SendsImmediately, isProbe: true);
        int outstanding;
        lock (this)
        {
            if (ping is null)
            {
                _outstanding = Math.Max(0, _outstanding - 1); // a session that hands over sends no more
                return;
            }

            outstanding = _outstanding;
            if (replyDueSince is { } since && outstanding > 0 && !_isStopped)
            {
                _probe = new LivenessProbe(now, since, ping.Mark.Bytes);
                NoteNext(session.Progress is null ? _nextCheck : LivenessProbe.FirstCheck);
            }
        }

        if (parts.Journal.Wants(NatsEventKind.PingSent))
        {
            parts.Journal.Append(new NatsPingSentEvent { Outstanding = outstanding, Max = parts.Options.MaxPingsOut });
        }
    }

    // Since when a call waits for the server; null when none does. After a pause the connection is probed immediately and must answer as if a
    // request waited: a laptop that woke up has no connection any more, although its socket reports no error.
    private long? BusySinceLocked()
    {
        long? since = Earlier(parts.InboxOrNull?.BusySince, parts.Outbound.WriteStarted);
        if (_lastPauseEnd > session.LastInbound)
        {
            since = Earlier(since, _lastPauseEnd);
        }

        return parts.Pings.IsAwaited ? Earlier(since, parts.Pings.OldestSentAt) : since;
    }

    private static long? Earlier(long? one, long? other) => one is null || other < one ? other : one;

    private void ScheduleNext(long now)
    {
        TimeSpan untilPing = parts.Options.PingInterval - parts.Time.GetElapsedTime(_lastPing, now);
        bool isIdle = _probe is null && _nextCheck == parts.Options.ProbeDelay;
        TimeSpan due = untilPing < _nextCheck && _probe is null ? untilPing : _nextCheck;
        if (due > parts.Options.ProbeDelay)
        {
            due = parts.Options.ProbeDelay; // an answer may come meanwhile, and silence begin again behind it
        }

        if (due < TimeSpan.FromMilliseconds(1))
        {
            due = TimeSpan.FromMilliseconds(1);
        }

        long dueAt = DueTime.After(parts.Time, now, due);
        if (isIdle)
        {
            dueAt = DueTime.OnGrid(parts.Time, now, dueAt, parts.Options.CheckGrid); // with those of other connections
        }

        _pauses.Expect(dueAt, now, parts.Time, parts.Options.CollectorPauses());
        TimerQueue.For(parts.Time).ScheduleAt(this, dueAt);
    }

    /// <summary>The result of a check; it is processed after the lock is released. The default is no finding.</summary>
    private readonly record struct Finding
    {
        public NatsConnectionEvent? Report { get; init; }

        public SessionEnd? End { get; init; }

        public bool Asks { get; init; }

        /// <summary>Set when the PONG is due, without which the connection is stale: since when bytes may have been unacknowledged.</summary>
        public long? ReplyDueSince { get; init; }
    }
}
