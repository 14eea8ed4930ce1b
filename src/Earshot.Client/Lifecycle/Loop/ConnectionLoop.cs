using Earshot.Outbound;
using Earshot.Sessions;

namespace Earshot.Lifecycle;

/// <summary>
/// The input queue of the machine: accepts inputs from any thread and passes them to the machine one after another. The thread that posts
/// an input processes the queue unless another thread already does. The machine's effects are executed by <see cref="EffectRunner"/>.
/// </summary>
internal sealed class ConnectionLoop : ISessionSink, IMachineInputSink
{
    private readonly EffectRunner _effects;
    private readonly long _created;
    private Queue<(MachineInput Input, object? Token)>? _inputs; // under the timers' lock; there while something waits for its turn
    private bool _isWorking;
    private bool _isFaulted; // the close after a fault is requested once

    public ConnectionLoop(ConnectionStatus status, SessionParts parts, LoopOptions options)
    {
        _created = parts.Time.GetTimestamp();
        _effects = new EffectRunner(this, status, parts, options);
    }

    public StateWaiters Waiters => _effects.Waiters;

    public ConnectionStatus Status => _effects.Status;

    public DrainProcedure Drain => _effects.Drain;

    public ActiveDrains Drains => _effects.Drains;

    /// <summary>New requests wait for the session that takes over.</summary>
    public bool IsHoldingRequests => _effects.IsHoldingRequests;

    public TimeProvider Time => Parts.Time;

    public Random Random => _effects.Options.Random;

    /// <summary>The name that servers have for the connection.</summary>
    public string? ClientName => _effects.Options.Attempts.Connect.Name;

    private SessionParts Parts => _effects.Parts;

    private ref LoopTimers Timers => ref _effects.Timers;

    public IReadOnlyList<NatsServer> ViewPool() => new ServerViews(Status.State, Elapsed, Parts.Time.GetUtcNow()).OfPool();

    // Never set back by a change of the wall clock.
    private TimeSpan Elapsed => Parts.Time.GetElapsedTime(_created);

    /// <summary>Brings a call and waits until it is fulfilled; fails when the life ends that was to fulfil it.</summary>
    public Task AskAsync(MachineInput input, bool isReconnect)
    {
        var call = new PendingCall(isReconnect);
        Post(input, call);
        return call.Completion.Task;
    }

    /// <summary>Waits until a session is there.</summary>
    public async Task NextSessionAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task next = Waiters.NextSession();
        if (!Parts.Outbound.IsAttached)
        {
            await next.WaitAsync(timeout, Parts.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Post(MachineInput fact) => Post(fact, null);

    public void TimerFired(LoopTimers.Setting setting) => Post(new TimerFired(setting.Timer), setting);

    // The token is the part of an input for the loop only: the call behind it, or the setting of the timer that fired.
    private void Post(MachineInput input, object? token)
    {
        lock (_effects) // which nothing else locks
        {
            if (_isWorking)
            {
                (_inputs ??= []).Enqueue((input, token));
                return;
            }

            _isWorking = true; // and nothing waits
        }

        (MachineInput Input, object? Token) next = (input, token);
        do
        {
            Handle(next.Input, next.Token);
        }
        while (TryNext(out next));
    }

    private bool TryNext(out (MachineInput Input, object? Token) next)
    {
        lock (_effects)
        {
            next = default;
            if (_inputs is not null && _inputs.TryDequeue(out next))
            {
                return true;
            }

            (_isWorking, _inputs) = (false, null);
            return false;
        }
    }

    private void Handle(MachineInput input, object? token)
    {
        if (token is LoopTimers.Setting late && !Timers.Take(late))
        {
            return;
        }

        if (token is PendingCall call)
        {
            Waiters.Enqueue(call);
        }

        Handle(input);
        if (token is PendingCall && Status.State is { IsOver: true } over)
        {
            Waiters.RefuseAll(new NatsConnectionClosedException(over.CloseReason ?? NatsCloseReason.UserClosed, NatsOutcome.NotSent, over.LastError));
        }
    }

    void ISessionSink.InfoArrived(Session session, NatsServerInfo info)
    {
        Post(new InfoReceived(session.Id, info));
        Parts.Subscriptions.InfoArrived();
    }

    void ISessionSink.ServerErrorArrived(Session session, NatsServerError error) =>
        Post(new ServerErrorReceived(session.Id, error, [.. RefusedSubscriptions.Find(Parts.Subscriptions, error)]));

    void ISessionSink.Ended(Session session, SessionEnd end)
    {
        var facts = new SessionEndInfo(
            Parts.InboxOrNull?.InFlight ?? 0,
            Parts.Subscriptions.Count,
            Parts.Time.GetUtcNow() - Parts.Time.GetElapsedTime(session.LastInbound));
        UnsentSummary unsent = default;
        try
        {
            using (Parts.Outbound.Gate.EnterScope())
            {
                unsent = Parts.Outbound.RecoverUnsentLocked();
            }

            Parts.Outbound.Start(null, inline: false);
        }
        catch (Exception e)
        {
            Parts.Journal.Append(new NatsInternalFaultEvent { Exception = e, Restarted = true }); // the lifecycle waits for the end, whatever fails
        }

        Post(new SessionEnded(session.Id, end, unsent, facts));
    }

    private void Handle(MachineInput input)
    {
        try
        {
            var stamp = new Stamp(Elapsed, Parts.Time.GetUtcNow(), _effects.Options.Random.Next());
            Transition transition = ConnectionMachine.Step(Status.State, input, stamp);
            Status.Set(transition.State);
            foreach (MachineEffect effect in transition.Effects)
            {
                TryPerform(effect);
            }
        }
        catch (Exception e)
        {
            Faulted(e);
        }
    }

    // One effect that fails must not prevent the others: they are the rest of the same step.
    private void TryPerform(MachineEffect effect)
    {
        try
        {
            _isFaulted &= effect is not BeginRun;
            _effects.Perform(effect);
        }
        catch (Exception e)
        {
            Faulted(e);
        }
    }

    // A defect of this library: it is reported, and the session that it may have left unusable is replaced. Without a session the search
    // for one may have stopped, which nothing else would report: then the connection fails.
    private void Faulted(Exception exception)
    {
        if (Status.State.IsOver)
        {
            return; // nothing comes after Closed
        }

        bool hasSession = Status.Session is not null || Status.State.Live is not null;
        Parts.Journal.Append(new NatsInternalFaultEvent { Exception = exception, Restarted = hasSession });
        var end = new SessionEnd(NatsDisconnectReason.Unknown, exception);
        if (Status.Session is { } session)
        {
            session.End(end);
        }
        else if (Status.State.Live is { } live)
        {
            Post(new SessionEnded(live.Id, end, default, new SessionEndInfo(0, Parts.Subscriptions.Count, Parts.Time.GetUtcNow())));
        }
        else if (!_isFaulted)
        {
            Post(new CloseRequested(NatsCloseReason.InternalFault, exception));
        }

        _isFaulted |= !hasSession;
    }
}
