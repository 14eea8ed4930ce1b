using System.Buffers;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Passes inputs to the <see cref="PullMachine"/> of one read, from any thread, under one lock. Its effects are executed by
/// <see cref="PullEffectRunner"/>. Makes no decisions.
/// </summary>
internal sealed class PullEngine : EffectLoop<PullEffect>, IStoppableRead
{
    private const long IdleInbox = 5 * TimeSpan.TicksPerSecond;

    private readonly PullMachine _machine;
    private readonly PullEffectRunner _runner;
    private readonly ReadWaits _waits = new();
    private Exception? _error; // with which the read ended
    private long _idleSince;

    public PullEngine(ConsumerOrigin origin)
    {
        Origin = origin;
        _machine = new PullMachine((uint)origin.Hub.Port.Random.Next());
        _runner = new PullEffectRunner(this);
    }

    public ConsumerOrigin Origin { get; }

    /// <summary>The messages that were delivered and not taken by the reader.</summary>
    public DeliveryQueue Queue { get; } = new();

    /// <summary>The arrival times of the messages in the queue.</summary>
    public ArrivalTimes Arrivals { get; } = new();

    /// <summary>Whether the read is one of an ordered consumer, whose deliveries are compared with heartbeats.</summary>
    public bool IsOrdered { get; private set; }

    public PullEnding Ending => Locked(static machine => machine.Ending);

    public PullPhase Phase => Locked(static machine => machine.Phase);

    public bool LeavesRest => Locked(static machine => machine.Settings.LeavesRest);

    /// <summary>Whether the inbox is kept for the next single pull.</summary>
    public bool IsReusable => Locked(static machine => machine.IsInboxKept);

    protected override List<PullEffect> Effects => _machine.Effects;

    protected override long MachineDue => _machine.IsInboxKept ? _idleSince + IdleInbox : _machine.Due;

    protected override ConsumerHub Hub => Origin.Hub;

    public TResult Locked<TResult>(Func<PullMachine, TResult> read)
    {
        lock (Gate)
        {
            return read(_machine);
        }
    }

    /// <summary>Starts the read, or the next single pull.</summary>
    public void Start(PullSettings settings, IReadReporter reporter, byte[] group, bool isExact)
    {
        Queue.Open(isExact);
        lock (Gate)
        {
            IsOrdered = settings.EndsInDoubt;
            _runner.Prepare(reporter, group);
            _waits.Reset();
        }

        Origin.Hub.Add(this); // before HasSession is read, so that no session is missed
        lock (Gate)
        {
            ConsumerTraits traits = Origin.Traits;
            _machine.Start(settings, traits.Limits, traits.Pending, Origin.Hub.HasSession, Origin.Hub.Now);
        }

        Perform();
    }

    public void Received(int epoch, long msgs, long bytes, ulong pending)
    {
        lock (Gate)
        {
            long now = Origin.Hub.Now;
            Arrivals.Arrived(msgs, now);
            _machine.Received(epoch, msgs, bytes, pending, now);
            if (!HasWork)
            {
                return;
            }
        }

        Perform();
    }

    /// <inheritdoc cref="DeliveryChecks.Heartbeat"/>
    public void Heartbeat(int epoch, in PullStatus status) => _runner.Heartbeat(epoch, status);

    /// <inheritdoc cref="DeliveryChecks.Check"/>
    public void Delivered(int epoch, in AckSubject subject, ReadOnlySpan<byte> headers) => _runner.Delivered(epoch, subject, headers);

    public void Status(int epoch, in PullStatus status)
    {
        lock (Gate)
        {
            // An old inbox may still receive a mismatch of the previous pin.
            bool isUnpinned = status.Kind == PullStatusKind.PinMismatch && epoch == _machine.Epoch;
            _machine.Status(epoch, isUnpinned ? status with { LostPin = _runner.ForgetPin() } : status, Origin.Hub.Now);
        }

        Perform();
    }

    public void Processed(long msgs, long bytes)
    {
        bool isDone;
        lock (Gate)
        {
            _machine.Processed(msgs, bytes, Origin.Hub.Now);
            _waits.Check(_machine);
            isDone = IsDone;
            if (!HasWork && !isDone)
            {
                return;
            }
        }

        LeaveHub(isDone);
        Perform();
    }

    /// <summary>Requests no more messages. Completes when no more can arrive, after about four seconds at the latest.</summary>
    public Task StopAsync()
    {
        Task finished;
        lock (Gate)
        {
            finished = _machine.IsOver || _machine.Phase == PullPhase.NotStarted ? Task.CompletedTask : _waits.Finished;
            _machine.Stop(Origin.Hub.Quiet, Origin.Hub.Now);
        }

        Perform();
        return finished;
    }

    /// <summary>
    /// Requests no more messages. Completes when the application has processed all received ones, that is, requested a further message after
    /// each of them. Has no time limit; the caller limits it.
    /// </summary>
    public Task DrainAsync()
    {
        Task drained;
        lock (Gate)
        {
            if (_machine.Phase == PullPhase.NotStarted)
            {
                return Task.CompletedTask;
            }

            drained = _waits.Drained;
            _machine.Stop(Origin.Hub.Quiet, Origin.Hub.Now);
            _waits.Check(_machine);
        }

        Perform();
        return drained;
    }

    /// <summary>Ends the read immediately. No more messages are accepted.</summary>
    public void Abandon() => Feed(0, static (machine, _, _) => machine.Abandon());

    /// <summary>Removes the inbox that was kept for the next single pull.</summary>
    public void GiveUpInbox() => Feed(0, static (machine, _, _) => machine.GiveUpInbox());

    public void SessionLost() => Feed(0, static (machine, _, now) => machine.SessionLost(now));

    public void ConnectionEnded(Exception exception)
    {
        Interlocked.CompareExchange(ref _error, exception, null);
        Feed(0, static (machine, _, _) => machine.ConnectionEnded());
    }

    /// <summary>Processes a pull request that could not be written.</summary>
    public void SendFailed(int epoch, in PullAsk ask) => Feed((epoch, ask), static (machine, failed, now) => machine.SendFailed(failed.epoch, failed.ask, now));

    /// <summary>Processes the PONG of a fence, or its failure.</summary>
    public void Fenced() => Feed(0, static (machine, _, _) => machine.Fenced());

    /// <summary>Processes the result of a request for the info of the consumer.</summary>
    public void Probed(in PullProbe result) => Feed(result, static (machine, probe, now) => machine.ProbeAnswered(probe, now));

    /// <summary>Ends the queue, because no more messages can arrive.</summary>
    public void Finish()
    {
        bool isDone;
        Queue.End();
        lock (Gate)
        {
            _idleSince = Origin.Hub.Now;
            _waits.Finish();
            _waits.Check(_machine);
            isDone = IsDone;
        }

        LeaveHub(isDone);
    }

    /// <summary>Returns the exception with which the read ended; null when it ended without one.</summary>
    public Exception? Failure()
    {
        lock (Gate)
        {
            return ReadFailures.Of(Origin, _machine, _error);
        }
    }

    /// <summary>Writes the pull request for the inbox that the replay has just subscribed. Called under the outbound lock.</summary>
    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        lock (Gate)
        {
            _machine.SessionStarting(Origin.Hub.Now);
            try
            {
                _runner.WriteAtStartLocked(writer, _machine.Effects);
            }
            catch (Exception e)
            {
                FailLocked(e);
            }

            // Other effects are executed by the timer, because they must not run under the outbound lock.
            Hub.Port.Timers.Schedule(this, TimeSpan.Zero);
        }
    }

    // Until the application has processed the messages of a read that has ended, a drain of the connection waits for it: their acks follow.
    private bool IsDone => _machine.IsOver && (_machine.Amounts.BufferedMsgs <= 0 || IsOrdered || _machine.Ending == PullEnding.Connection);

    private void LeaveHub(bool isDone)
    {
        if (isDone)
        {
            Origin.Hub.Remove(this);
        }
    }

    protected override void Fire()
    {
        lock (Gate)
        {
            long now = Origin.Hub.Now;
            Fired();
            if (!_machine.IsOver)
            {
                _machine.Timer(now);
            }
            else if (now >= _idleSince + IdleInbox)
            {
                _machine.GiveUpInbox();
            }
        }

        Perform();
    }

    private void Feed<TInput>(TInput input, Action<PullMachine, TInput, long> apply)
    {
        lock (Gate)
        {
            apply(_machine, input, Origin.Hub.Now);
        }

        Perform();
    }

    // An effect that failed must not leave the read silent: the other effects are executed, and the read ends with the exception.
    protected override void Execute(in PullEffect effect)
    {
        if (effect.Kind is PullEffectKind.Subscribe or PullEffectKind.Ask && Volatile.Read(ref _error) is not null)
        {
            return; // what is requested now would be delivered to a read that has ended
        }

        try
        {
            _runner.Execute(effect);
        }
        catch (Exception e)
        {
            lock (Gate)
            {
                FailLocked(e);
            }
        }
    }

    private void FailLocked(Exception exception)
    {
        Interlocked.CompareExchange(ref _error, exception, null);
        _machine.Fail();
    }
}
