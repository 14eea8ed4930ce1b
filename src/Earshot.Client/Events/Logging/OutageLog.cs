using Earshot.Timing;
using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>
/// The log of an outage as its reader needs it: one entry that it began and why, one for each minute while it lasts, and one that it
/// ended, with its duration and what was lost. A first connect that is retried has entries for each minute as well. The reader of the
/// journal calls one event after another; the timer's entries come from its own thread.
/// </summary>
internal sealed class OutageLog : TimerEntry
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Func<NatsConnectionEvent, ILogger> _logger;
    private readonly Lock _lock = new();
    private NatsConnectionEvent? _begin; // Disconnected, or Connecting of a first connect whose first round failed; null: neither
    private NatsConnectingEvent? _connecting;
    private NatsReconnectedEvent? _reconnected;
    private NatsConnectAttemptFailedEvent? _lastFailure;
    private Losses _losses;

    public OutageLog(TimeProvider time, Func<NatsConnectionEvent, ILogger> logger) => (_time, _logger) = (time, logger);

    /// <summary>No session is open, and the log says so.</summary>
    public bool IsAway { get; private set; }

    /// <summary>Takes an event into account.</summary>
    /// <param name="e">The next event of the journal.</param>
    /// <param name="isWritten">It was written as an entry of the outage.</param>
    public void Follow(NatsConnectionEvent e, out bool isWritten)
    {
        lock (_lock)
        {
            _losses.Count(e);
            isWritten = e switch
            {
                NatsConnectingEvent connecting => Connecting(connecting),
                NatsConnectAttemptFailedEvent { Abandoned: false } failed => Failed(failed),
                NatsReconnectDelayEvent when e.State == NatsConnectionState.Connecting => StillConnecting(e),
                NatsConnectedEvent or NatsClosedEvent => Over(),
                NatsDisconnectedEvent { WillReconnect: true } lost => Lost(lost),
                NatsReconnectedEvent reconnected => Reconnected(reconnected),
                NatsResubscribedEvent { ServerConfirmed: true } restored => Restored(restored),
                _ => false,
            };
        }
    }

    /// <summary>A minute has elapsed. A logger may block, so it is not called on the thread of the timers.</summary>
    protected override void Fire() => ThreadPool.UnsafeQueueUserWorkItem(static log => log.WriteMinute(), this, preferLocal: false);

    private void WriteMinute()
    {
        lock (_lock)
        {
            if (_begin is not { } begin)
            {
                return;
            }

            Schedule();
            try
            {
                WriteMinute(begin);
            }
            catch (Exception)
            {
                // A logger that throws affects only the log.
            }
        }
    }

    private void WriteMinute(NatsConnectionEvent begin)
    {
        ILogger logger = _logger(begin);
        double seconds = Seconds(_time.GetUtcNow() - begin.Timestamp);
        int attempts = _lastFailure?.Attempt ?? 0;
        string last = _lastFailure is { } failed ? $"{failed.Server}: {LogText.Why(failed)}" : "none failed yet";
        if (begin is NatsDisconnectedEvent)
        {
            OutageLines.Reconnecting(logger, LogLevel.Warning, begin.OutageId, seconds, attempts, last);
        }
        else
        {
            OutageLines.ConnectAttemptFailed(logger, LogLevel.Warning, seconds, attempts, last);
        }
    }

    private bool Connecting(NatsConnectingEvent connecting)
    {
        (IsAway, _lastFailure, _connecting) = (true, null, connecting);
        return false;
    }

    private bool Failed(NatsConnectAttemptFailedEvent failed)
    {
        _lastFailure = failed;
        return false;
    }

    // The first round of attempts has failed, and there will be another one.
    private bool StillConnecting(NatsConnectionEvent e)
    {
        if (_begin is null && _connecting is { } connecting && _lastFailure is { } failed)
        {
            _begin = connecting;
            OutageLines.ConnectAttemptFailed(_logger(failed), LogLevel.Warning, Seconds(e.Timestamp - connecting.Timestamp), failed.Attempt, $"{failed.Server}: {LogText.Why(failed)}");
            Schedule();
        }

        return false;
    }

    private bool Over()
    {
        (IsAway, _begin) = (false, null);
        TimerQueue.For(_time).Cancel(this);
        return false;
    }

    private bool Lost(NatsDisconnectedEvent lost)
    {
        (IsAway, _lastFailure) = (true, null);
        if (_begin is not null)
        {
            return false; // lost again before the subscriptions were restored: the same outage to its reader
        }

        (_begin, _reconnected, _losses) = (lost, null, default);
        OutageLines.Disconnected(
            _logger(lost), lost.Expected ? LogLevel.Information : LogLevel.Warning, lost.Server.ToString(), Seconds(lost.SessionUptime), lost.OutageId,
            lost.Reason, LogText.Why(lost), lost.PendingMessages, lost.InFlightRequests, lost.Subscriptions);
        Schedule();
        return lost.Exception is null; // else it is also an entry at Debug, with the exception
    }

    private bool Reconnected(NatsReconnectedEvent reconnected)
    {
        _reconnected = reconnected;
        return false;
    }

    private bool Restored(NatsResubscribedEvent restored)
    {
        if (_begin is not NatsDisconnectedEvent begin)
        {
            return false;
        }

        Over();
        OutageLines.Resubscribed(
            _logger(restored), LogLevel.Information, _reconnected?.Server.ToString() ?? restored.Snapshot.Server?.ToString() ?? "the server", Seconds(restored.Timestamp - begin.Timestamp),
            begin.OutageId, begin.Reason, _reconnected?.Attempts ?? 1, restored.Count, restored.Denied, restored.Window.UncertainMessages, _losses.Discarded, _losses.Requests,
            restored.Window.From, restored.Window.To);
        return true;
    }

    private void Schedule() => TimerQueue.For(_time).Schedule(this, s_interval);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 1);

    /// <summary>What an outage has cost so far, counted from its events.</summary>
    private struct Losses
    {
        /// <summary>Publishes that will never be sent.</summary>
        public long Discarded { get; private set; }

        /// <summary>Requests that failed because they were in flight.</summary>
        public long Requests { get; private set; }

        public void Count(NatsConnectionEvent e)
        {
            switch (e)
            {
                case NatsPendingDiscardedEvent discarded: Discarded += discarded.Messages; break;
                case NatsMessageDiscardedEvent discarded: Discarded += discarded.RepeatCount; break;
                case NatsRequestsFailedEvent { Mode: NatsRequestFailMode.FailImmediately } failed: Requests += failed.Count; break;
            }
        }
    }
}
