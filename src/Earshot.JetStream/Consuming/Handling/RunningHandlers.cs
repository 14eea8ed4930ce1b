using Earshot.Timing;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The handlers that run, and their one timer: reports their progress and cancels their token, as <see cref="RunMachine"/> decides. Safe
/// for use from any thread.
/// </summary>
internal sealed class RunningHandlers<T>(RunSettings settings) : TimerEntry, IDisposable
{
    private static readonly AckOpts s_unconfirmed = new() { DoubleAck = false };

    private readonly Lock _gate = new();
    private readonly RunMachine _machine = new(settings);
    private readonly INatsJSMsg<T>?[] _messages = new INatsJSMsg<T>?[settings.MaxConcurrency];
    private readonly List<int> _due = [];
    private readonly CancellationTokenSource _cancel = new();
    private TimeProvider? _time; // of the connection, which the first message tells
    private long _armedFor = PullTimes.Never;
    private bool _isOver;

    /// <summary>The token of the handlers.</summary>
    public CancellationToken Token => _cancel.Token;

    private TimeProvider Time => _time ?? TimeProvider.System;

    private long Now => Time.GetElapsedTime(0).Ticks;

    /// <summary>A handler begins, in a slot that is free.</summary>
    public void Begin(int slot, INatsJSMsg<T> msg, long ackWait)
    {
        lock (_gate)
        {
            _time ??= msg.Connection?.Opts.TimeProvider ?? TimeProvider.System;
            _messages[slot] = msg;
            Arm(_machine.Begin(slot, ackWait, (msg as IHandledMsg)?.Age ?? 0, Now));
        }
    }

    /// <summary>A handler has ended: no more progress is reported. Returns what is sent for its message.</summary>
    public HandlerVerdict End(int slot, HandlerOutcome outcome, ulong delivered, IReadOnlyList<long> backOff)
    {
        lock (_gate)
        {
            _messages[slot] = null;
            _machine.End(slot);
            return _machine.VerdictOf(outcome, delivered, backOff);
        }
    }

    /// <summary>Cancels the token of the handlers after the time that they have to end.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _time ??= TimeProvider.System; // there is no message yet
            _machine.Stop(Now);
            Arm(_machine.Due);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            TimerQueue.For(Time).Cancel(this);
        }

        _cancel.Dispose();
    }

    protected override void Fire()
    {
        List<INatsJSMsg<T>> progress = [];
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _armedFor = PullTimes.Never;
            _due.Clear();
            if (_machine.Timer(Now, _due))
            {
                _ = _cancel.CancelAsync(); // runs the callbacks of the application elsewhere
            }

            foreach (int slot in _due)
            {
                if (_messages[slot] is not IHandledMsg { IsSettled: true })
                {
                    progress.Add(_messages[slot]!);
                }
                else
                {
                    _machine.Quiet(slot); // acknowledged by its handler
                }
            }

            Arm(_machine.Due);
        }

        foreach (INatsJSMsg<T> msg in progress)
        {
            _ = ReportAsync(msg);
        }
    }

    private static async Task ReportAsync(INatsJSMsg<T> msg)
    {
        try
        {
            await msg.AckProgressAsync(s_unconfirmed).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // The connection is closed; the message is delivered again.
        }
    }

    // Called under the lock. An early call of the timer is cheaper than rescheduling it with every message.
    private void Arm(long due)
    {
        if (due < _armedFor)
        {
            _armedFor = due;
            TimerQueue.For(Time).Schedule(this, TimeSpan.FromTicks(due - Now));
        }
    }
}
