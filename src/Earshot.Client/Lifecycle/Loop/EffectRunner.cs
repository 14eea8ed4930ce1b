using System.Diagnostics;
using Earshot.Outbound;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>
/// Carries out the orders of the machine: events, dials, timers, the session and what depends on it. No order waits, and none runs
/// the application's code. Called by <see cref="ConnectionLoop"/> alone, one order at a time.
/// </summary>
internal sealed class EffectRunner
{
    private readonly ConnectionLoop _loop;
    private readonly ConnectionStatus _status;
    private readonly SessionParts _parts;
    private readonly LoopOptions _options;
    private readonly AttemptRunner _attempts;
    private LoopTimers _timers;
    private EffectParts? _made; // created by the first effect that needs one of them

    public EffectRunner(ConnectionLoop loop, ConnectionStatus status, SessionParts parts, LoopOptions options)
    {
        (_loop, _status, _parts, _options) = (loop, status, parts, options);
        _attempts = new AttemptRunner(options.Attempts, parts, loop);
    }

    public ref LoopTimers Timers => ref _timers;

    public StateWaiters Waiters { get; } = new();

    public ConnectionStatus Status => _status;

    public SessionParts Parts => _parts;

    public DrainProcedure Drain => new(_parts, _loop, Drains);

    public ActiveDrains Drains => Made.Drains;

    public LoopOptions Options => _options;

    /// <summary>New requests wait for the session that takes over.</summary>
    public bool IsHoldingRequests => Volatile.Read(ref _made)?.UsedHandover is { IsHoldingRequests: true };

    public void Perform(MachineEffect effect)
    {
        switch (effect)
        {
            // How much is still to be written is known only here, and which delay the timer has that was set before.
            case Emit { Event: NatsDrainingPublishersEvent draining } emit: _parts.Journal.Append(draining with { PendingBytes = _parts.Outbound.PendingBytes }, emit.Move); break;
            case Emit { Event: NatsReconnectDelayEvent waiting } emit: _parts.Journal.Append(waiting with { Delay = _timers.DueOf(MachineTimer.Backoff) }, emit.Move); break;
            case Emit emit: _parts.Journal.Append(emit.Event, emit.Move); break;
            case Dial dial: _attempts.Start(dial, _options.Random.Next()); break;
            case DropAttempt drop: _attempts.Drop(drop.AttemptId); break;
            case AttachSession attach: Attach(attach); break;
            case StartReading: ReadSession(); break;
            case EndSession end: EndSession(end.Reason); break;
            case ApplyInfo apply: _parts.Outbound.MaxPayload = apply.Info.MaxPayload > 0 ? apply.Info.MaxPayload : long.MaxValue; break;
            case SetTimer { IsPaced: true } set: _timers.Set(_loop, set.Timer, ReconnectPace.For(_loop.Time).Reserve(set.Due, _status.State.Options.ReconnectWaitMax)); break;
            case SetTimer set: _timers.Set(_loop, set.Timer, set.Due); break;
            case StopTimer stop: _timers.Stop(stop.Timer); break;
            case InvokeSelector ask: _ = Made.Callbacks.InvokeSelectorAsync(ask.Number, _loop.ViewPool(), _status.State.Pool, ask.Info); break;
            case InvokeServerFilter ask: Made.Callbacks.InvokeServerFilter(ask); break;
            case InvokeDelayCallback ask: _ = Made.Callbacks.InvokeDelayCallbackAsync(ask.Number, ask.Round, ask.Default); break;
            case FailInFlight fail: FailInFlight(fail); break;
            case FailRefused refused: FailRefused(refused); break;
            case BeginHandover begin: _ = Made.Handover.RunAsync(begin, _status.Session!, _attempts.Show(begin.AttemptId)); break;
            case MigrationFailed: _parts.Outbound.MigrationFailed(); break;
            case BeginDrainSubscriptions begin: _ = Drain.DrainAllAsync(begin); break;
            case BeginDrainPublishers begin: _ = Drain.DrainPublishersAsync(begin); break;
            case CompleteDrain complete: CompleteDrain(complete); break;
            case ConnectSucceeded: Waiters.Connected(); break;
            case ReconnectSucceeded: Waiters.Reconnected(); break;
            case BeginRun: StartRun(); break;
            case RunEnded over: RunEnded(over); break;
            default: throw new UnreachableException($"Unhandled effect {effect.GetType().Name}.");
        }
    }

    private void Attach(AttachSession order)
    {
        if (_attempts.Take(order.AttemptId) is not { } established)
        {
            throw new InvalidOperationException($"The transport of attempt {order.AttemptId} is no longer available.");
        }

        var session = new Session(order.SessionId, established.Transport, established.Buffer, _parts, _loop) { Secrets = established.Secrets, JwtExpiresAt = new(established.JwtExpiresAt) };
        _status.SetSession(session);
        _status.CountConnect(isFirst: !order.ConfirmReplay);
        if (!order.ConfirmReplay)
        {
            _status.CountDiscarded(new SessionStart(_parts, _loop).Attach(order, session));
            return;
        }

        Made.Watch ??= new ReplayWatch(_parts.Pings);
        Made.Replay = new SessionStart(_parts, _loop, Made.Watch) { SubscribedSid = Made.UsedHandover?.TakeSubscribed(order.AttemptId) ?? 0 };
        _status.CountDiscarded(Made.Replay.Attach(order, session));
    }

    private void ReadSession()
    {
        _made?.ReportLeftOut();
        _status.Session?.Start();
    }

    private EffectParts Made => Lazily.Get(ref _made, this, static owner => new EffectParts(owner._loop, owner._parts, owner._options));

    private void EndSession(SessionEnd reason)
    {
        if (_status.Session is not { } session)
        {
            return;
        }
        // With a successor everything that leaving waits for has been waited for.
        if (reason.Reason == NatsDisconnectReason.ForceReconnect && _status.State.Successor is null)
        {
            _ = Made.Handover.LeaveAsync(session, reason);
        }
        else
        {
            session.End(reason);
        }
    }

    private void FailInFlight(FailInFlight order)
    {
        _made?.UsedHandover?.Stop();
        _status.SetSession(null);
        _parts.Pings.FailAll(() => order.End.ToException(NatsOutcome.Unknown));
        _status.CountDiscarded(order.Unsent.UnknownMessages);
        _made?.SessionEnded(order.End);
        _parts.UsedExtensions?.SessionLost(order.Unsent.KeptFrom, order.End.ToException(NatsOutcome.Unknown));
        if (order.KeepRequests || _options.RequestsOnDisconnect == NatsRequestFailMode.WaitForTimeout)
        {
            return;
        }

        int failed = _parts.InboxOrNull is not { } inbox ? 0 : inbox.FailWritten(order.Unsent.KeptFrom, order.End.ToException(NatsOutcome.Unknown));
        if (failed > 0)
        {
            _parts.Journal.Append(new NatsRequestsFailedEvent { Count = failed, Mode = NatsRequestFailMode.FailImmediately });
        }
    }

    private void FailRefused(FailRefused order)
    {
        if (order.Error.Code == NatsServerErrorCode.MaximumSubscriptionsExceeded)
        {
            if (_status.Session is { } session)
            {
                (Made.Probe ??= new LimitProbe(_parts, session.WriteLoop, Made.Replay)).Refused(order.Error);
            }

            return;
        }

        var exception = new NatsPermissionViolationException(order.Error);
        foreach (INatsSub refused in order.Subscriptions)
        {
            (refused as Subscription)?.Refused(exception);
        }

        _made?.Replay?.CountDenied(order.Subscriptions.Count);
        if (_parts.InboxOrNull is { } inbox && RefusedSubscriptions.Names(order.Error, inbox))
        {
            inbox.Refused(exception);
            _made?.Replay?.CountDenied(1);
        }

        if (order.Error is { Operation: NatsPermissionOperation.Publish or NatsPermissionOperation.PublishReply, Subject: { } subject })
        {
            _parts.InboxOrNull?.FailSubject(subject, exception);
        }

        _parts.UsedExtensions?.Refused(order.Error, exception);
    }

    private void CompleteDrain(CompleteDrain order)
    {
        NatsDrainCompletedEvent completed = Drains.Count(order.Event);
        if (!order.OnlyIfLeft || completed.Unread + completed.Unhandled + completed.Unflushed > 0)
        {
            _parts.Journal.Append(completed, order.Move);
        }
    }

    private void StartRun()
    {
        _parts.Journal.BeginRun();
        _parts.Subscriptions.Reopen(); // before publishes are accepted, so that no request goes out without its inbox and its timeout
        _parts.Outbound.Reopen();
        Waiters.BeginRun();
    }

    private void RunEnded(RunEnded order)
    {
        _timers.StopAll();
        _status.SetSession(null);
        UnsentSummary dropped = _parts.Outbound.Close();
        (long messages, long bytes) = (dropped.PendingMessages, dropped.PendingBytes);
        _status.CountDiscarded(messages);
        if (messages > 0)
        {
            _parts.Journal.Append(new NatsPendingDiscardedEvent { Messages = messages, Bytes = bytes, Cause = NatsPendingDiscardReason.Close });
        }

        var closed = new NatsConnectionClosedException(order.Reason, NatsOutcome.Unknown, order.Exception);
        NatsStats stats = _status.Stats();
        _parts.Pings.FailAll(() => new NatsConnectionClosedException(order.Reason, NatsOutcome.Unknown, order.Exception));
        _parts.UsedExtensions?.ConnectionEnded(closed);
        _parts.InboxOrNull?.FailWritten(dropped.KeptFrom, closed);
        _parts.InboxOrNull?.End(NatsSubEndReason.ConnectionClosed, new NatsConnectionClosedException(order.Reason, NatsOutcome.NotSent, order.Exception));
        _parts.Subscriptions.Close(closed);
        Volatile.Read(ref _made)?.UsedDrains?.Interrupt();
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
        Waiters.RunEnded(order.Exception is NatsConnectionFailedException failed ? failed : new NatsConnectionClosedException(order.Reason, NatsOutcome.NotSent, order.Exception));
    }
}
