using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// Feeds the machine and carries out its orders, one fact after another. Whoever brings a fact works the queue off unless
/// somebody already does; no order waits and none runs the application's code.
/// </summary>
internal sealed class ConnectionLoop : ISessionSink, IFactSink
{
    private readonly ConnectionStatus _status;
    private readonly SessionParts _parts;
    private readonly AttemptRunner _attempts;
    private readonly LoopTimers _timers;
    private readonly LoopOptions _options;
    private readonly Random _random;
    private readonly long _created;
    private Queue<(MachineInput Input, object? Token)>? _inputs; // under the timers' lock; there while something waits for its turn
    private Session? _session;
    private SessionStart? _start; // of the last session that took subscriptions over
    private Handover? _handover; // made by the first
    private bool _isWorking;
    private bool _isFaulted; // the close after a fault is asked for once

    public ConnectionLoop(ConnectionStatus status, SessionParts parts, LoopOptions options, Random random)
    {
        (_status, _parts, _options, _random) = (status, parts, options, random);
        _created = parts.Time.GetTimestamp();
        _timers = new LoopTimers(this, parts.Time);
        _attempts = new AttemptRunner(options.Attempts, parts, this);
    }

    public LifeWaiters Waiters { get; } = new();

    public ConnectionStatus Status => _status;

    public DrainProcedure Drain => new(_parts, this);

    /// <summary>New requests wait for the session that takes over.</summary>
    public bool IsHoldingRequests => Volatile.Read(ref _handover) is { IsHoldingRequests: true };

    public IReadOnlyList<NatsServer> ViewPool() => _status.ViewPool(Elapsed, _parts.Time.GetUtcNow());

    // Never set back by a change of the wall clock.
    private TimeSpan Elapsed => _parts.Time.GetElapsedTime(_created);

    /// <summary>Brings a wish and waits until it is fulfilled; fails when the life ends that was to fulfil it.</summary>
    public Task AskAsync(MachineInput input, bool isReconnect)
    {
        var wish = new Wish(isReconnect);
        Post(input, wish);
        return wish.Fulfilled.Task;
    }

    /// <summary>Waits until a session is there.</summary>
    public async Task NextSessionAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task next = Waiters.NextSession();
        if (!_parts.Outbound.IsAttached)
        {
            await next.WaitAsync(timeout, _parts.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Post(MachineInput fact) => Post(fact, null);

    public void TimerFired(LoopTimers.Setting setting) => Post(new TimerFired(setting.Timer), setting);

    // The token is what a fact brings along for the loop alone: the wish behind it, or the setting of the timer that fired.
    private void Post(MachineInput input, object? token)
    {
        lock (_timers)
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
        lock (_timers)
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
        if (token is LoopTimers.Setting late && !_timers.Take(late))
        {
            return;
        }

        if (token is Wish wish)
        {
            Waiters.Admit(wish);
        }

        Handle(input);
        if (token is Wish && _status.State is { IsOver: true } over)
        {
            Waiters.RefuseAll(new NatsConnectionClosedException(over.ClosedBecause ?? NatsCloseReason.UserClosed, NatsOutcome.NotSent, over.LastError));
        }
    }

    void ISessionSink.InfoArrived(Session session, NatsServerInfo info) => Post(new InfoReceived(session.Id, info));

    void ISessionSink.ServerErrorArrived(Session session, NatsServerError error) =>
        Post(new ServerErrorReceived(session.Id, error, [.. RefusedSubscriptions.Find(_parts.Subscriptions, error)]));

    void ISessionSink.Ended(Session session, SessionEnd end)
    {
        var facts = new SessionFacts(
            _parts.UsedInbox?.InFlight ?? 0,
            _parts.Subscriptions.Count,
            _parts.Time.GetUtcNow() - _parts.Time.GetElapsedTime(session.LastInbound));
        CutSummary cut;
        using (_parts.Outbound.Gate.EnterScope())
        {
            cut = _parts.Outbound.CutLocked();
        }

        _parts.Outbound.Start(null, inline: false);
        Post(new SessionEnded(session.Id, end, cut, facts));
    }

    private void Handle(MachineInput input)
    {
        try
        {
            var stamp = new Stamp(Elapsed, _parts.Time.GetUtcNow(), _random.Next());
            Transition transition = ConnectionMachine.Step(_status.State, input, stamp);
            _status.Set(transition.State);
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

    // One order that fails must not keep the others from being carried out: they are the rest of the same step.
    private void TryPerform(MachineEffect effect)
    {
        try
        {
            Perform(effect);
        }
        catch (Exception e)
        {
            Faulted(e);
        }
    }

    // A defect of ours: it is told, and the session it may have spoilt is replaced, so that the connection does not go deaf over it.
    // Without a session the search for one may be spoilt, and nobody would be told if it stood still: then the connection fails.
    private void Faulted(Exception exception)
    {
        if (_status.State.IsOver)
        {
            return; // nothing comes after Closed
        }

        bool hasSession = _session is not null || _status.State.Live is not null;
        _parts.Journal.Append(new NatsInternalFaultEvent { Exception = exception, Restarted = hasSession });
        var end = new SessionEnd(NatsDisconnectReason.Unknown, exception);
        if (_session is { } session)
        {
            session.End(end);
        }
        else if (_status.State.Live is { } live)
        {
            Post(new SessionEnded(live.Id, end, default, new SessionFacts(0, _parts.Subscriptions.Count, _parts.Time.GetUtcNow())));
        }
        else if (!_isFaulted)
        {
            Post(new CloseAsked(NatsCloseReason.InternalFault, exception));
        }

        _isFaulted |= !hasSession;
    }

    private void Perform(MachineEffect effect)
    {
        switch (effect)
        {
            case Emit emit: _parts.Journal.Append(emit.Event, emit.Move); break;
            case Dial dial: _attempts.Start(dial, _random.Next()); break;
            case DropAttempt drop: _attempts.Drop(drop.AttemptId); break;
            case AttachSession attach: Attach(attach); break;
            case StartReading: _session?.Start(); break;
            case EndSession end: EndSession(end.Reason); break;
            case ApplyInfo apply: _parts.Outbound.MaxPayload = apply.Info.MaxPayload > 0 ? apply.Info.MaxPayload : long.MaxValue; break;
            case SetTimer set: _timers.Set(set.Timer, set.Due); break;
            case StopTimer stop: _timers.Stop(stop.Timer); break;
            case AskSelector ask: _ = Callbacks().AskSelectorAsync(ask.Number, ViewPool(), _status.State.Pool, ask.Info); break;
            case AskDelay ask: _ = Callbacks().AskDelayAsync(ask.Number, ask.Round, ask.Default); break;
            case FailInFlight fail: FailInFlight(fail); break;
            case FailRefused refused: FailRefused(refused); break;
            case BeginHandover begin: _ = Handover().RunAsync(begin, _session!); break;
            case MoveFailed: _parts.Outbound.MoveFailed(); break;
            case BeginDrainSubscriptions begin: _ = Drain.DrainAllAsync(begin); break;
            case BeginDrainPublishers begin: _ = Drain.DrainPublishersAsync(begin); break;
            case ConnectSucceeded: Waiters.Connected(); break;
            case ReconnectSucceeded: Waiters.Reconnected(); break;
            case BeginLife: BeginAnew(); break;
            case LifeOver over: LifeOver(over); break;
            default: throw new InvalidOperationException($"No one carries out {effect.GetType().Name}.");
        }
    }

    private void Attach(AttachSession order)
    {
        if (_attempts.Take(order.AttemptId) is not { } established)
        {
            throw new InvalidOperationException($"Attempt {order.AttemptId} was established and is gone.");
        }

        _session = new Session(order.SessionId, established.Transport, established.Buffer, _parts, this);
        _status.SetSession(_session);
        _status.CountConnect(isFirst: !order.ConfirmReplay);
        var start = new SessionStart(_parts, this);
        _start = order.ConfirmReplay ? start : null; // which the server may refuse something of
        _status.CountDiscarded(start.Attach(order, _session));
    }

    private CallbackRunner Callbacks() => new(_options.Callbacks, _options.Attempts.Timeout, _parts.Journal, _parts.Time, this);

    private Handover Handover() => _handover ??= new Handover(_parts, this);

    private void EndSession(SessionEnd reason)
    {
        if (_session is not { } session)
        {
            return;
        }
        // With a successor everything that leaving waits for has been waited for.
        if (reason.Reason == NatsDisconnectReason.ForceReconnect && _status.State.Successor is null)
        {
            _ = Handover().LeaveAsync(session, reason);
        }
        else
        {
            session.End(reason);
        }
    }

    private void FailInFlight(FailInFlight order)
    {
        _handover?.Stop();
        _session = null;
        _status.SetSession(null);
        _parts.Pings.FailAll(() => order.End.ToException(NatsOutcome.Unknown));
        _status.CountDiscarded(order.Cut.UnknownMessages);
        if (order.RequestsMoveAlong || _options.RequestsOnDisconnect == RequestFailMode.LeftToTimeout)
        {
            return;
        }

        int failed = _parts.UsedInbox is not { } inbox ? 0 : inbox.FailWritten(order.Cut.KeptFrom, order.End.ToException(NatsOutcome.Unknown));
        if (failed > 0)
        {
            _parts.Journal.Append(new NatsRequestsFailedEvent { Count = failed, Mode = RequestFailMode.Failed });
        }
    }

    private void FailRefused(FailRefused order)
    {
        var exception = new NatsPermissionViolationException(order.Error);
        foreach (INatsSub refused in order.Subscriptions)
        {
            (refused as Subscription)?.End(NatsSubEndReason.Exception, exception);
        }

        _start?.CountDenied(order.Subscriptions.Count);
        if (order.Error is { Operation: NatsPermissionOperation.Publish or NatsPermissionOperation.PublishReply, Subject: { } subject })
        {
            _parts.UsedInbox?.FailSubject(subject, exception);
        }
    }

    private void BeginAnew()
    {
        _isFaulted = false;
        _parts.Journal.BeginLife();
        _parts.Outbound.Reopen();
        _parts.Subscriptions.Reopen();
        Waiters.BeginLife();
    }

    private void LifeOver(LifeOver order)
    {
        _timers.StopAll();
        _session = null;
        _status.SetSession(null);
        CutSummary dropped = _parts.Outbound.Close();
        (long messages, long bytes) = (dropped.PendingMessages, dropped.PendingBytes);
        _status.CountDiscarded(messages);
        if (messages > 0)
        {
            _parts.Journal.Append(new NatsPendingDiscardedEvent { Messages = messages, Bytes = bytes, Cause = DiscardCause.Close });
        }

        var closed = new NatsConnectionClosedException(order.Reason, NatsOutcome.Unknown, order.Exception);
        NatsStats stats = _status.Stats();
        _parts.Pings.FailAll(() => new NatsConnectionClosedException(order.Reason, NatsOutcome.Unknown, order.Exception));
        _parts.UsedInbox?.FailWritten(dropped.KeptFrom, closed);
        _parts.UsedInbox?.End(NatsSubEndReason.ConnectionClosed, new NatsConnectionClosedException(order.Reason, NatsOutcome.NotSent, order.Exception));
        _parts.Subscriptions.Close(closed);
        _parts.Journal.Append(
            new NatsClosedEvent
            {
                Reason = order.Reason,
                Exception = order.Exception,
                LastServer = order.LastServer,
                Stats = stats,
                Lifetime = order.Lifetime,
                Outages = order.Outages,
                TotalDowntime = order.Downtime,
                DiscardedBytes = bytes,
                DiscardedMessages = stats.DiscardedMessages,
            },
            order.Move);
        Waiters.LifeOver(order.Exception is NatsConnectionFailedException failed ? failed : new NatsConnectionClosedException(order.Reason, NatsOutcome.NotSent, order.Exception));
    }
}
