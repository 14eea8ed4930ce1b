using Earshot.Timing;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>
/// One outstanding PING, and the observations of the connection until its PONG. The timeout begins when the operating system of the other
/// side has acknowledged the PING. Before that it counts from the last sign of life: a received byte, an acknowledgement, or received bytes that
/// are not yet read. It exists while a PONG is due and decides only whether the connection is stale.
/// </summary>
/// <param name="pingSentAt">When the PING was written.</param>
/// <param name="unansweredSince">Since when bytes may have been unacknowledged; at the latest when the PING was written.</param>
/// <param name="end">The position of the outbound buffer at the end of the PING.</param>
internal sealed class LivenessProbe(long pingSentAt, long unansweredSince, long end)
{
    /// <summary>The delay before the first check, and before the next one while the PING is not acknowledged.</summary>
    public static readonly TimeSpan FirstCheck = TimeSpan.FromMilliseconds(250);

    private long _position = -1; // the position of the transport when the PING is acknowledged; -1: not known yet
    private long _confirmedAt;
    private long _acknowledged = -1;
    private long _progressAt = pingSentAt;
    private long _unreadSince;
    private bool _isStarvationReported;

    public long PingSentAt { get; } = pingSentAt;

    /// <summary>Whether the connection is stale; <paramref name="next"/> is the time of the next check.</summary>
    public bool IsStale(in LivenessSample view, SessionOptions options, TimeProvider time, out TimeSpan next)
    {
        if (view.Progress is not { } progress)
        {
            TimeSpan silence = options.SilenceTimeout - time.GetElapsedTime(view.LastInbound, view.Now);
            TimeSpan answer = options.ProbeTimeout - options.ProbeDelay - time.GetElapsedTime(PingSentAt, view.Now);
            next = silence > answer ? silence : answer; // a timer that came late must not leave the PING less time
            return next <= TimeSpan.Zero;
        }

        next = FirstCheck;
        if (progress.Unread > 0)
        {
            // It has answered; this process has not read it.
            _unreadSince = _unreadSince == 0 ? view.Now : _unreadSince;
            (_progressAt, _confirmedAt) = (view.Now, _confirmedAt == 0 ? 0 : view.Now);
            return false;
        }

        _unreadSince = 0;
        Follow(progress, view, time);
        TimeSpan left = options.ProbeTimeout - time.GetElapsedTime(_confirmedAt != 0 ? _confirmedAt : _progressAt, view.Now);
        next = _confirmedAt != 0 || left < next ? left : next;
        return left <= TimeSpan.Zero;
    }

    /// <summary>How long bytes have waited to be read; returned once, when it is long enough to be reported.</summary>
    public TimeSpan? FindStarvation(long now, SessionOptions options, TimeProvider time)
    {
        if (_isStarvationReported || _unreadSince == 0 || time.GetElapsedTime(_unreadSince, now) < options.StallThreshold)
        {
            return null;
        }

        _isStarvationReported = true;
        return time.GetElapsedTime(_unreadSince, now);
    }

    private void Follow(in TransportProgress progress, in LivenessSample view, TimeProvider time)
    {
        if (progress.Acknowledged > _acknowledged)
        {
            _progressAt = _acknowledged < 0 ? LastAcknowledged(progress, view.Now, time) : view.Now;
            _acknowledged = progress.Acknowledged;
        }

        if (_position < 0 && view.SentBytes >= end)
        {
            _position = progress.Acknowledged + progress.Outstanding;
        }

        if (_confirmedAt == 0 && _position >= 0 && progress.Acknowledged >= _position)
        {
            _confirmedAt = view.Now;
        }
    }

    // Where the system does not report it, something may have been acknowledged until the PING was written. A first check that comes late finds
    // what was acknowledged after the PING.
    private long LastAcknowledged(in TransportProgress progress, long now, TimeProvider time) => progress.SinceAcknowledged is { } age
        ? Math.Clamp(now - DueTime.After(time, 0, age), unansweredSince, now)
        : PingSentAt;
}
