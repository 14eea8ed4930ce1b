using Earshot.Errors;
using Earshot.Events;
using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>
/// Notices that a link is dead although the socket says nothing. Any inbound byte is life. Idle: a PING each interval, dead
/// after so many unanswered. With something outstanding: a probe after two seconds of silence, dead after five. It decides
/// and reports; the session ends itself.
/// </summary>
internal sealed class KeepAlive(Session session, SessionParts parts) : TimerEntry
{
    private readonly TimerQueue _timers = TimerQueue.For(parts.Time);
    private readonly Lock _gate = new(); // the timer and the read loop's PONG
    private readonly SessionOptions _options = parts.Options;
    private long _baseline; // silence is counted from here when nothing has come since
    private long _lastPing;
    private long _busySince;
    private long _expectedAt;
    private int _outstanding;
    private TimeSpan _smoothed;
    private bool _isStopped;

    public int Outstanding => Volatile.Read(ref _outstanding);

    public void Start()
    {
        _baseline = _lastPing = parts.Time.GetTimestamp();
        ScheduleNext(_baseline);
    }

    public void Stop()
    {
        lock (_gate)
            _isStopped = true;
        _timers.Cancel(this);
    }

    public void PongArrived(TimeSpan roundTrip)
    {
        lock (_gate)
        {
            if (_isStopped)
                return;
            _outstanding = 0;
            _smoothed = _smoothed == TimeSpan.Zero ? roundTrip : ((_smoothed * 7) + roundTrip) / 8;
        }

        if (parts.Journal.Wants(NatsEventKind.PongReceived))
            parts.Journal.Append(new NatsPongReceivedEvent { Rtt = roundTrip, SmoothedRtt = _smoothed, Outstanding = 0 });
    }

    protected override void Fire()
    {
        long now = parts.Time.GetTimestamp();
        lock (_gate)
        {
            if (_isStopped)
                return;
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
        if (parts.Outbound.WriteAge is { } age && age >= _options.WriteTimeout)
        {
            parts.Journal.Append(new NatsSocketWriteTimeoutEvent { Limit = _options.WriteTimeout, PendingBytes = parts.Outbound.PendingBytes });
            return new SessionEnd(NatsDisconnectReason.WriteTimeout, new TimeoutException($"A write did not finish within {_options.WriteTimeout}."));
        }

        long lastInbound = Math.Max(session.LastInbound, _baseline);
        if (session.IsReadBlocked)
            return null; // we are not reading: silence is ours
        if (lastInbound > _lastPing)
            _outstanding = 0;
        TimeSpan sincePing = parts.Time.GetElapsedTime(_lastPing, now);
        TimeSpan silence = parts.Time.GetElapsedTime(Math.Max(lastInbound, BusySinceLocked(now)), now);
        bool isBusy = _busySince != 0;
        if (isBusy && silence >= _options.DeadAfter && _outstanding > 0)
            return StaleLocked(StaleDetector.ReadSilence, lastInbound, now);
        if (isBusy && silence >= _options.ProbeAfter && _outstanding == 0)
            PingLocked(now);
        else if (sincePing >= _options.PingInterval)
        {
            if (_outstanding >= _options.MaxPingsOut)
                return StaleLocked(StaleDetector.MissedPongs, lastInbound, now);
            PingLocked(now);
        }

        return null;
    }

    private SessionEnd StaleLocked(StaleDetector by, long lastInbound, long now)
    {
        parts.Journal.Append(new NatsStaleConnectionEvent
        {
            Outstanding = _outstanding,
            Max = _options.MaxPingsOut,
            SinceLastInbound = parts.Time.GetElapsedTime(lastInbound, now),
            By = by,
        });
        NatsDisconnectReason reason = by == StaleDetector.MissedPongs ? NatsDisconnectReason.MissedPongs : NatsDisconnectReason.ReadSilence;
        return new SessionEnd(reason, new TimeoutException($"No byte from the server for {parts.Time.GetElapsedTime(lastInbound, now)}; {_outstanding} PING(s) unanswered."));
    }

    private void PingLocked(long now)
    {
        _lastPing = now;
        _outstanding++;
        parts.Pings.Send(inline: false);
        if (parts.Journal.Wants(NatsEventKind.PingSent))
            parts.Journal.Append(new NatsPingSentEvent { Outstanding = _outstanding, Max = _options.MaxPingsOut });
    }

    private long BusySinceLocked(long now)
    {
        bool isBusy = parts.Inbox.InFlight > 0 || parts.Outbound.PendingBytes > 0 || parts.Pings.Count > _outstanding;
        if (!isBusy)
            _busySince = 0;
        else if (_busySince == 0)
            _busySince = now;
        return _busySince;
    }

    private void ReportStallLocked(long now)
    {
        TimeSpan late = parts.Time.GetElapsedTime(_expectedAt, now);
        if (late < _options.StallThreshold)
            return;
        // The clock of this process ran while the process did not: what the server sent meanwhile has not been read yet.
        _baseline = now;
        _outstanding = 0;
        session.LastStall = now;
        parts.Journal.Append(new NatsProcessStalledEvent { Gap = late, Stall = StallKind.TimerDrift });
        PingLocked(now);
    }

    private void ScheduleNext(long now)
    {
        TimeSpan untilPing = _options.PingInterval - parts.Time.GetElapsedTime(_lastPing, now);
        TimeSpan watch = _busySince != 0 ? _options.ProbeAfter / 2 : _options.ProbeAfter;
        TimeSpan due = untilPing < watch ? untilPing : watch;
        if (due < TimeSpan.FromMilliseconds(1))
            due = TimeSpan.FromMilliseconds(1);
        _expectedAt = now + (long)(due.TotalSeconds * parts.Time.TimestampFrequency);
        _timers.Schedule(this, due);
    }
}
