using System.Buffers;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Passes inputs to the <see cref="PushMachine"/> of one read, from any thread, under one lock. Its effects are executed by
/// <see cref="PushEffectRunner"/>. Makes no decisions.
/// </summary>
internal sealed class PushEngine : EffectLoop<PushEffect>, IStoppableRead
{
    private readonly PushMachine _machine;
    private readonly PushEffectRunner _runner;
    private readonly PushPlan _plan;
    private Exception? _error; // with which the read ended
    private TaskCompletionSource? _finished;
    private TaskCompletionSource? _drained;
    private long _releaseAt = long.MaxValue;

    public PushEngine(PushPlan plan, ConsumerOrigin origin, PushFloor? floor, ReadReporter reporter)
    {
        _plan = plan;
        _machine = new PushMachine((uint)origin.Hub.Port.Random.Next());
        _runner = new PushEffectRunner(this, plan, origin, floor, reporter);
    }

    public ConsumerOrigin Origin => _runner.Origin;

    public DeliveryQueue Queue { get; } = new();

    /// <summary>The arrival times of the messages in the queue.</summary>
    public ArrivalTimes Arrivals { get; } = new();

    public bool LeavesRest => Locked(static machine => machine.LeavesRest);

    /// <summary>The deliver subject of the present consumer.</summary>
    public string DeliverSubject => _runner.DeliverSubject;

    /// <summary>The number of subscriptions that the read has used.</summary>
    public int Incarnations => _runner.Incarnations;

    /// <summary>The number of processed messages that must be reported immediately, because a flow control request waits for them.</summary>
    public long ReleaseAt => Volatile.Read(ref _releaseAt);

    /// <summary>The size of processed messages after which they are reported, so that they do not fill the queue.</summary>
    public long ReportEveryBytes => _plan.MaxBytes / 8;

    protected override List<PushEffect> Effects => _machine.Effects;

    protected override long MachineDue => _machine.Due;

    protected override ConsumerHub Hub => Origin.Hub;

    public TResult Locked<TResult>(Func<PushMachine, TResult> read)
    {
        lock (Gate)
        {
            return read(_machine);
        }
    }

    /// <summary>Starts the read.</summary>
    public void Start(PushSettings settings, bool isExact)
    {
        Queue.Open(isExact);
        Origin.Hub.Add(this); // before HasSession is read, so that no session is missed
        Feed(settings, (machine, wanted, now) => machine.Start(wanted, Origin.Traits.Pending, Origin.Hub.HasSession, now));
    }

    /// <summary>Whether a message with this size, and those of the current batch before it, do not fit into the queue.</summary>
    public bool IsFull(long bytes)
    {
        if (_plan is { MaxMsgs: long.MaxValue, MaxBytes: long.MaxValue })
        {
            return false;
        }

        lock (Gate)
        {
            return Queue.Count >= _plan.MaxMsgs || _machine.Counts.ReceivedBytes - _machine.Counts.ProcessedBytes + bytes > _plan.MaxBytes;
        }
    }

    public void Received(long msgs, long bytes, ulong pending)
    {
        lock (Gate)
        {
            long now = Origin.Hub.Now;
            Arrivals.Arrived(msgs, now);
            _machine.Received(msgs, bytes, pending, now);
            if (!HasWork)
            {
                return;
            }
        }

        Perform();
    }

    /// <summary>Processes the sequences of one message, on the read loop.</summary>
    public void Delivered(ConsumerOrigin origin, in AckSubject subject) => _runner.Delivered(origin, subject);

    /// <inheritdoc cref="DeliveryChecks.Heartbeat"/>
    public void Heartbeat(ConsumerOrigin origin, in PullStatus status) => _runner.Heartbeat(origin, status);

    public void Dropped(long msgs) => Feed(msgs, static (machine, count, now) => machine.Dropped(count, now));

    public void Status(in PullStatus status, byte[]? flow) => Feed((status, flow), static (machine, input, now) => machine.Status(input.status, input.flow, now));

    public void Processed(long msgs, long bytes)
    {
        bool isDone;
        lock (Gate)
        {
            _machine.Processed(msgs, bytes, Origin.Hub.Now);
            CheckDrained();
            isDone = IsDone;
            if (!HasWork && !isDone)
            {
                return;
            }
        }

        LeaveHub(isDone);
        Perform();
    }

    public Task StopAsync()
    {
        Task finished;
        lock (Gate)
        {
            finished = _machine.IsOver || _machine.Phase == PushPhase.NotStarted ? Task.CompletedTask : (_finished ??= New()).Task;
            _machine.Stop(Origin.Hub.Now);
        }

        Perform();
        return finished;
    }

    public Task DrainAsync()
    {
        Task drained;
        lock (Gate)
        {
            if (_machine.Phase == PushPhase.NotStarted)
            {
                return Task.CompletedTask;
            }

            drained = (_drained ??= New()).Task;
            _machine.Stop(Origin.Hub.Now);
            CheckDrained();
        }

        Perform();
        return drained;
    }

    /// <summary>Ends the read, because this client has deleted the consumer.</summary>
    public void Deleted() => Feed(0, static (machine, _, _) => machine.Deleted());

    public void SessionLost() => Feed(0, static (machine, _, now) => machine.SessionLost(now));

    /// <summary>Ends the read when the server does not allow its subscription.</summary>
    public void Refused(NatsServerError error, Exception exception)
    {
        if (error.Operation == NatsPermissionOperation.Subscribe && error.Subject == DeliverSubject)
        {
            ConnectionEnded(exception);
        }
    }

    /// <summary>Ends the read with an exception, which is that of the connection if the connection ended.</summary>
    public void ConnectionEnded(Exception exception)
    {
        Interlocked.CompareExchange(ref _error, exception, null);
        Feed(0, static (machine, _, _) => machine.ConnectionEnded());
    }

    /// <summary>Processes an answer that could not be written.</summary>
    public void AnswerFailed(in FlowAnswer answer) => Feed(answer, static (machine, failed, now) => machine.AnswerFailed(failed, now));

    /// <summary>Processes the PONG of a fence, or its failure.</summary>
    public void Fenced() => Feed(0, static (machine, _, _) => machine.Fenced());

    /// <summary>Processes the result of a request for the info of the consumer.</summary>
    public void Probed(in PullProbe result) => Feed(result, static (machine, probe, now) => machine.ProbeAnswered(probe, now));

    /// <summary>Processes the result of an attempt to recreate the consumer. Returns whether the created consumer is used.</summary>
    public bool AttemptEnded(int number, in PushCreation creation)
    {
        bool isUsed;
        lock (Gate)
        {
            isUsed = _machine.AttemptEnded(number, creation, Origin.Hub.Now);
        }

        Perform();
        return isUsed;
    }

    /// <summary>Ends the queue, because no more messages can arrive.</summary>
    public void Finish()
    {
        bool isDone;
        Queue.End();
        lock (Gate)
        {
            _finished?.TrySetResult();
            CheckDrained();
            isDone = IsDone;
        }

        LeaveHub(isDone);
    }

    /// <summary>Returns the exception with which the read ended; null when it ended without one.</summary>
    public Exception? Failure()
    {
        lock (Gate)
        {
            return PushFailures.Of(Origin, _machine, _error);
        }
    }

    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        lock (Gate)
        {
            _machine.SessionStarting(Origin.Hub.Now);
        }

        // The effects are executed by the timer, because they must not run under the outbound lock.
        Hub.Port.Timers.Schedule(this, TimeSpan.Zero);
    }

    // Until the application has processed the messages of a read that has ended, a drain of the connection waits for it: their acks follow.
    private bool IsDone => _machine.IsOver && (_machine.Counts.Buffered == 0 || _machine.Ending == PullEnding.Connection);

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
            Fired();
            _machine.Timer(Origin.Hub.Now);
        }

        Perform();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Feed<TInput>(TInput input, Action<PushMachine, TInput, long> apply)
    {
        lock (Gate)
        {
            apply(_machine, input, Origin.Hub.Now);
        }

        Perform();
    }

    // An effect that failed must not leave the read silent: the other effects are executed, and the read ends with the exception.
    protected override void Execute(in PushEffect effect)
    {
        try
        {
            _runner.Execute(effect);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _error, e, null);
            lock (Gate)
            {
                _machine.ConnectionEnded();
            }
        }
    }

    protected override void Changed() => Volatile.Write(ref _releaseAt, _machine.ReleaseAt);

    // Called under the lock.
    private void CheckDrained()
    {
        if (_machine.IsOver && _machine.Counts.Buffered == 0)
        {
            _drained?.TrySetResult();
        }
    }
}
