using Earshot.Connections;
using Earshot.Outbound;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Executes the effects of the machine of one push consumer: subscribes its deliver subject, answers flow control, sends PINGs and requests,
/// and passes notes to the reporter. Results are passed to the engine as inputs. Called by one thread at a time.
/// </summary>
internal sealed class PushEffectRunner(PushEngine engine, PushPlan plan, ConsumerOrigin first, PushFloor? floor, ReadReporter reporter)
{
    private readonly PushRecreation? _recreation = floor is null ? null : new PushRecreation(plan, floor, first.Name);
    private ConsumerOrigin _origin = first;
    private string _subject = plan.Config.DeliverSubject!;
    private PushTarget? _target;
    private string _lastName = first.Name; // of the last consumer that existed
    private int _incarnations;

    /// <summary>The present consumer.</summary>
    public ConsumerOrigin Origin => Volatile.Read(ref _origin);

    public int Incarnations => Volatile.Read(ref _incarnations);

    /// <summary>The deliver subject of the present consumer.</summary>
    public string DeliverSubject => Volatile.Read(ref _subject);

    private ConnectionPort Port => Origin.Hub.Port;

    /// <summary>Compares the sequences of one message with those before, on the read loop.</summary>
    public void Delivered(ConsumerOrigin origin, in AckSubject subject)
    {
        floor?.Delivered(origin, subject);
        if (origin.Deliveries is { } deliveries && deliveries.Arrived(subject, isCurrent: true))
        {
            _ = deliveries.AskAsync(origin, reporter, isReset: true, RegressionEvidence.StreamInfo);
        }
    }

    /// <inheritdoc cref="DeliveryChecks.Heartbeat"/>
    public void Heartbeat(ConsumerOrigin origin, in PullStatus status) => DeliveryChecks.Heartbeat(origin, reporter, status, isCurrent: true);

    /// <summary>Executes one effect. Called outside of the lock of the engine.</summary>
    public void Execute(in PushEffect effect)
    {
        switch (effect.Kind)
        {
            case PushEffectKind.Subscribe:
                TrySubscribe(_subject);
                break;
            case PushEffectKind.Unsubscribe when _target is { } target:
                target.Close();
                Port.Unsubscribe(target);
                break;
            case PushEffectKind.Remove:
                Remove();
                break;
            case PushEffectKind.Answer:
                Answer(effect.Answer);
                break;
            case PushEffectKind.Fence:
                _ = FenceAsync();
                break;
            case PushEffectKind.Probe:
                _ = ProbeAsync();
                break;
            case PushEffectKind.Recreate:
                Recreate(effect.Attempt);
                break;
            case PushEffectKind.Created:
                Created(effect.Attempt, effect.Creation);
                break;
            case PushEffectKind.Report:
                Report(effect.Note!);
                break;
            case PushEffectKind.Finish:
                engine.Finish();
                break;
        }
    }

    // What the application can still read is known by the queue: the machine also counts the message that is being processed.
    private void Report(PullNote note) =>
        reporter.Report(Origin, note.Kind is PullNoteKind.Lost or PullNoteKind.Stalled ? note with { Count = engine.Queue.Count } : note);

    private bool TrySubscribe(string subject)
    {
        var target = new PushTarget(engine, Origin, subject, plan.Config.DeliverGroup);
        if (!Port.TryAdd(target))
        {
            engine.ConnectionEnded(Port.Closed(NatsOutcome.NotSent));
            return false;
        }

        _target = target;
        Volatile.Write(ref _subject, subject);
        Interlocked.Increment(ref _incarnations);
        return true;
    }

    private void Remove()
    {
        if (_target is { } target)
        {
            _target = null;
            Port.Remove(target, target.IsWanted ? NatsSubEndReason.None : NatsSubEndReason.Drained); // the server already knows that a closed one is unsubscribed
        }
    }

    private void Answer(in FlowAnswer answer)
    {
        // An answer belongs to the session of its request, so it does not wait for another one.
        var message = new OutgoingMessage { Subject = "", SubjectBytes = answer.Subject };
        if (Port.TryPublish(message, needsSession: true, out _) == AppendResult.Appended)
        {
            reporter.FlowControlAnswered(Origin, answer.Subject, answer.Source, TimeSpan.FromTicks(answer.Held));
        }
        else
        {
            engine.AnswerFailed(answer);
        }
    }

    // The deliver subject is subscribed before the consumer is created: messages may precede the response.
    private void Recreate(in PushAttempt attempt)
    {
        PushRecreation recreation = _recreation!;
        Remove();
        if (Origin.Name != _lastName)
        {
            recreation.Delete(Origin.Name); // of an attempt without a response
        }

        ConsumerOrigin next = recreation.Next(Origin, _lastName);
        if (next.Name == _lastName)
        {
            floor!.Continue(next);
        }
        else
        {
            floor!.Restart(next);
        }

        Volatile.Write(ref _origin, next);
        string subject = plan.IsSubjectFixed ? plan.Config.DeliverSubject! : Port.Connection.NewInbox();
        if (TrySubscribe(subject))
        {
            _ = CreateAsync(attempt, next, subject, _lastName);
        }
    }

    private async Task CreateAsync(PushAttempt attempt, ConsumerOrigin next, string subject, string old)
    {
        PushCreation creation = await _recreation!.CreateAsync(next, subject, old).ConfigureAwait(false);
        if (!engine.AttemptEnded(attempt.Number, creation) && creation.Result == PushAttemptResult.Created && next.Name != old)
        {
            _recreation.Delete(next.Name); // the read was stopped, or lost its session again
        }
    }

    private void Created(in PushAttempt attempt, in PushCreation creation)
    {
        ConsumerOrigin created = Origin;
        RecreateCause cause = creation.HasRegressed ? RecreateCause.Regression : attempt.Cause;
        var duration = TimeSpan.FromTicks(created.Hub.Now - attempt.Since);
        reporter.Recreated(created, _lastName, new OrderedRestart(cause, creation.FromStreamSeq, 0, 0, attempt.Tries, duration));
        _lastName = created.Name;
    }

    private async Task FenceAsync()
    {
        try
        {
            await Port.Connection.PingAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The session or the connection has ended, so that no more messages can arrive.
        }

        engine.Fenced();
    }

    private async Task ProbeAsync() => engine.Probed(await ConsumerProbe.AskAsync(Origin).ConfigureAwait(false));
}
