using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>
/// Notices that a link is dead although the socket says nothing. Any inbound byte is life. Idle: a PING each interval, dead
/// after so many unanswered. With something outstanding: a probe after two seconds of silence, dead after five. It decides
/// and reports; the session ends itself.
/// </summary>
internal sealed class KeepAlive(Session session, SessionParts parts) : TimerEntry
{
    // All under this, which nobody else locks: the timer and the read loop's PONG.
    private long _baseline; // silence is counted from here when nothing has come since
    private long _lastPing;
    private long _askedAt; // the first PING since the last sign of life
    private TimeSpan _nextCheck;
    private Standstill _standstill;
    private long _stoodUntil;
    private int _outstanding;
    private TimeSpan _smoothed;
    private bool _isStopped;

    /// <summary>When the process was last found to have stood still; 0 = never.</summary>
    public long StoodUntil => Volatile.Read(ref _stoodUntil);

    public int Outstanding => Volatile.Read(ref _outstanding);

    public void Start()
    {
        _baseline = _lastPing = parts.Time.GetTimestamp();
        _nextCheck = parts.Options.ProbeAfter;
        ScheduleNext(_baseline);
    }

    public void Stop()
    {
        lock (this)
        {
            _isStopped = true;
        }

        TimerQueue.For(parts.Time).Cancel(this);
    }

    public void PongArrived(TimeSpan roundTrip)
    {
        lock (this)
        {
            if (_isStopped)
            {
                return;
            }

            _outstanding = 0;
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
        lock (this)
        {
            if (_isStopped)
            {
                return;
            }

            ReportStallLocked(now);
            if (FindDeathLocked(now) is { } end)
            {
                _isStopped = true;
                session.End(end);
                return;
            }

            ScheduleNext(now);
        }
    }

    private SessionEnd? FindDeathLocked(long now)
    {
        if (parts.Outbound.WriteAge is { } age && age >= parts.Options.WriteTimeout && (_stoodUntil == 0 || parts.Time.GetElapsedTime(_stoodUntil, now) >= parts.Options.WriteTimeout))
        {
            parts.Journal.Append(new NatsSocketWriteTimeoutEvent { Limit = parts.Options.WriteTimeout, PendingBytes = parts.Outbound.PendingBytes });
            return new SessionEnd(NatsDisconnectReason.WriteTimeout, new TimeoutException($"A write did not finish within {parts.Options.WriteTimeout}."));
        }

        long lastInbound = Math.Max(session.LastInbound, _baseline);
        _nextCheck = parts.Options.ProbeAfter;
        if (session.IsReadBlocked)
        {
            // We are not reading: the silence is ours, and what came meanwhile is still to be read.
            (_baseline, _outstanding) = (now, 0);
            return null;
        }

        if (lastInbound > _lastPing)
        {
            _outstanding = 0;
        }

        if (BusySinceLocked() is { } busySince && IsSilentLocked(Math.Max(lastInbound, busySince), now))
        {
            return StaleLocked(parts.Outbound.WriteAge >= parts.Options.DeadAfter ? StaleDetector.WriteStall : StaleDetector.ReadSilence, lastInbound, now);
        }

        if (parts.Time.GetElapsedTime(_lastPing, now) < parts.Options.PingInterval)
        {
            return null;
        }

        if (_outstanding >= parts.Options.MaxPingsOut)
        {
            return StaleLocked(StaleDetector.MissedPongs, lastInbound, now);
        }

        PingLocked(now);
        return null;
    }

    // With something outstanding: probes in time, and says when the probe has stayed without an answer for long enough.
    private bool IsSilentLocked(long since, long now)
    {
        TimeSpan silence = parts.Time.GetElapsedTime(since, now);
        if (_outstanding == 0)
        {
            if (silence < parts.Options.ProbeAfter)
            {
                _nextCheck = parts.Options.ProbeAfter - silence;
                return false;
            }

            PingLocked(now);
            if (_outstanding == 0)
            {
                return false; // there is no session to ask
            }
        }

        // A timer that came late must not leave the probe less time than it was promised.
        TimeSpan untilDead = parts.Options.DeadAfter - silence;
        TimeSpan untilAnswerIsDue = parts.Options.DeadAfter - parts.Options.ProbeAfter - parts.Time.GetElapsedTime(_askedAt, now);
        _nextCheck = untilDead > untilAnswerIsDue ? untilDead : untilAnswerIsDue;
        return _outstanding > 0 && _nextCheck <= TimeSpan.Zero;
    }

    private SessionEnd StaleLocked(StaleDetector by, long lastInbound, long now)
    {
        parts.Journal.Append(new NatsStaleConnectionEvent
        {
            Outstanding = _outstanding,
            Max = parts.Options.MaxPingsOut,
            SinceLastInbound = parts.Time.GetElapsedTime(lastInbound, now),
            By = by,
        });
        NatsDisconnectReason reason = by == StaleDetector.MissedPongs ? NatsDisconnectReason.MissedPongs : NatsDisconnectReason.ReadSilence;
        string stalled = by == StaleDetector.WriteStall ? $" A write has not come back for {parts.Outbound.WriteAge}." : "";
        return new SessionEnd(reason, new TimeoutException($"No byte from the server for {parts.Time.GetElapsedTime(lastInbound, now)}; {_outstanding} PING(s) unanswered.{stalled}"));
    }

    private void PingLocked(long now)
    {
        _lastPing = now;
        if (parts.Pings.Send(inline: false, isProbe: true) is null)
        {
            return; // a session that hands over says no more
        }

        if (_outstanding++ == 0)
        {
            _askedAt = now;
        }

        if (parts.Journal.Wants(NatsEventKind.PingSent))
        {
            parts.Journal.Append(new NatsPingSentEvent { Outstanding = _outstanding, Max = parts.Options.MaxPingsOut });
        }
    }

    // Since when somebody waits for the server; null when nobody does. After a standstill the link is asked at once
    // and must answer as if a request waited: a laptop that woke up has no link any more, whatever its socket believes.
    private long? BusySinceLocked()
    {
        long? since = Earlier(parts.UsedInbox?.BusySince, parts.Outbound.WriteStarted);
        if (_stoodUntil > session.LastInbound)
        {
            since = Earlier(since, _stoodUntil);
        }

        return parts.Pings.IsAwaited ? Earlier(since, parts.Pings.OldestSentAt) : since;
    }

    private static long? Earlier(long? one, long? other) => one is null || other < one ? other : one;

    private void ReportStallLocked(long now)
    {
        if (_standstill.Find(now, parts.Options.StallThreshold, parts.Time, parts.Options.CollectorPauses()) is not { } stall)
        {
            return;
        }
        // The clock of this process ran while the process did not: what the server sent meanwhile has not been read yet.
        _baseline = _stoodUntil = now;
        _outstanding = 0;
        parts.Journal.Append(new NatsProcessStalledEvent { Gap = stall.Gap, Stall = stall.Kind });
        PingLocked(now);
    }

    private void ScheduleNext(long now)
    {
        TimeSpan untilPing = parts.Options.PingInterval - parts.Time.GetElapsedTime(_lastPing, now);
        TimeSpan due = untilPing < _nextCheck ? untilPing : _nextCheck;
        if (due > parts.Options.ProbeAfter)
        {
            due = parts.Options.ProbeAfter; // an answer may come meanwhile, and silence begin anew behind it
        }

        if (due < TimeSpan.FromMilliseconds(1))
        {
            due = TimeSpan.FromMilliseconds(1);
        }

        _standstill.Expect(DueTime.After(parts.Time, now, due), now, parts.Time, parts.Options.CollectorPauses());
        TimerQueue.For(parts.Time).Schedule(this, due);
    }
}
