using Earshot.JetStream.Errors;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// The state machine of a publish: a pure function of a state and an input, without sockets, clock and random numbers. Once the effect of an
/// attempt is unknown, the rejection of a later attempt does not change that.
/// </summary>
internal static class PublishMachine
{
    /// <summary>The time for which an attempt waits for its ack before the next attempt, if one is allowed.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_resourceWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_recheck = TimeSpan.FromMilliseconds(250);
    private const int MostResourceRefusals = 3;

    /// <summary>Returns the state of a publish that is being written, or that is held until it is released.</summary>
    public static PublishState Begin(TimeSpan deadline, bool isHeld = false) =>
        new() { Phase = isHeld ? PublishPhase.Held : PublishPhase.Writing, Attempts = isHeld ? 0 : 1, Deadline = deadline, Due = deadline };

    public static PublishOrder Step(ref PublishState state, in PublishTerms terms, in PublishInput input)
    {
        if (state.Phase == PublishPhase.Over)
        {
            return PublishOrder.Wait;
        }

        return input.Kind switch
        {
            PublishInputKind.Acked => End(ref state, PublishOrder.EndStored),
            PublishInputKind.AckedDuplicate => End(ref state, state.IsUnknown ? PublishOrder.EndStored : PublishOrder.EndDuplicate),
            PublishInputKind.Written or PublishInputKind.NoSession or PublishInputKind.NoRoom or PublishInputKind.CannotWrite =>
                state.Phase == PublishPhase.Writing ? WrittenOrNot(ref state, terms, input)
                : state.Phase == PublishPhase.Queued ? NotInTurn(ref state, input) : PublishOrder.Wait,
            PublishInputKind.Released => state.Phase == PublishPhase.Held ? Write(ref state, PublishOrder.Write) : PublishOrder.Wait,
            PublishInputKind.TurnCame => state.Phase == PublishPhase.Queued ? Write(ref state, PublishOrder.WriteInTurn) : PublishOrder.Wait,
            PublishInputKind.SessionThere => state.Phase == PublishPhase.Parked ? Write(ref state, PublishOrder.Write) : PublishOrder.Wait,
            PublishInputKind.NoResponders or PublishInputKind.Refused => IsAttemptOpen(state) ? Refused(ref state, terms, input) : PublishOrder.Wait,
            PublishInputKind.NoStream => NoStream(ref state),
            PublishInputKind.Denied => IsAttemptOpen(state) ? End(ref state, state.IsUnknown ? PublishOrder.EndUnknown : PublishOrder.EndDenied) : PublishOrder.Wait,
            PublishInputKind.Due => Due(ref state, terms, input.Now),
            PublishInputKind.StreamAvailable => StreamAvailable(ref state, terms),
            PublishInputKind.SessionLost => SessionLost(ref state, terms, input.Now),
            PublishInputKind.FoundOurs when state.Phase == PublishPhase.Resolving => End(ref state, PublishOrder.EndStored),
            PublishInputKind.FoundAnother when state.Phase == PublishPhase.Resolving => End(ref state, PublishOrder.EndRefused),
            PublishInputKind.NotFoundOut when state.Phase == PublishPhase.Resolving => End(ref state, PublishOrder.EndUnknown),
            PublishInputKind.FoundNothing when state.Phase == PublishPhase.Resolving => FoundNothing(ref state, terms, input),
            PublishInputKind.LookUpUnanswered when state.Phase == PublishPhase.Resolving && input.Now < state.Deadline => PublishOrder.LookUp,
            PublishInputKind.Cancelled => Cancel(ref state),
            PublishInputKind.ConnectionEnded => ConnectionEnded(ref state),
            _ => PublishOrder.Wait,
        };
    }

    private static bool IsAttemptOpen(in PublishState state) => state.Phase is PublishPhase.Waiting or PublishPhase.Writing;

    private static PublishOrder WrittenOrNot(ref PublishState state, in PublishTerms terms, in PublishInput input)
    {
        if (input.Kind == PublishInputKind.Written)
        {
            Sent(ref state, input.Now);
            return state.Pending != PublishOrder.Wait ? End(ref state, state.Pending)
                : state.IsCancelled ? End(ref state, PublishOrder.EndCancelledUnknown)
                : state.IsConnectionOver || input.Now >= state.Deadline ? End(ref state, PublishOrder.EndUnknown)
                : state.IsLost ? SessionLost(ref state, terms, input.Now) : PublishOrder.Wait;
        }

        state.Attempts--;
        state.Phase = PublishPhase.Queued; // no longer being written
        if (state.Pending != PublishOrder.Wait || state.IsCancelled)
        {
            return End(ref state, state.Pending != PublishOrder.Wait ? state.Pending : state.IsUnknown ? PublishOrder.EndCancelledUnknown : PublishOrder.EndCancelled);
        }

        if (state.IsConnectionOver || input.Now >= state.Deadline)
        {
            return End(ref state, WithoutAttempt(state));
        }

        if (input.Kind == PublishInputKind.NoRoom)
        {
            state.Due = state.Deadline;
            return PublishOrder.WaitForTurn;
        }

        return NotInTurn(ref state, input);
    }

    private static PublishOrder NotInTurn(ref PublishState state, in PublishInput input) => input.Kind switch
    {
        PublishInputKind.NoSession => Park(ref state, input.Now),
        PublishInputKind.CannotWrite => End(ref state, WithoutAttempt(state)),
        _ => PublishOrder.Wait,
    };

    private static PublishOrder Park(ref PublishState state, TimeSpan now)
    {
        // Checked again regularly: the session may have been open all the time and only not have accepted the frame.
        (state.Phase, state.IsLost) = (PublishPhase.Parked, false);
        state.Due = Earlier(state.Deadline, now + s_recheck);
        return PublishOrder.Park;
    }

    private static PublishOrder Write(ref PublishState state, PublishOrder order)
    {
        (state.Phase, state.IsLost, state.Due) = (PublishPhase.Writing, false, state.Deadline);
        state.Attempts++;
        return order;
    }

    private static void Sent(ref PublishState state, TimeSpan now)
    {
        state.Phase = PublishPhase.Waiting;
        state.FirstSent ??= now;
        state.Due = Earlier(state.Deadline, now + AttemptTimeout);
    }

    private static PublishOrder Refused(ref PublishState state, in PublishTerms terms, in PublishInput input)
    {
        state.LastError = input.Error;
        if (input.Error is { } error)
        {
            if (ErrorGroups.IsWrongExpectation(error) && state.IsUnknown)
            {
                (state.Phase, state.Due) = (PublishPhase.Resolving, state.Deadline);
                return PublishOrder.LookUp;
            }

            if (!MayBeStoredSoon(ref state, error, input.Now))
            {
                return End(ref state, state.IsUnknown ? PublishOrder.EndUnknown : PublishOrder.EndRefused);
            }
        }
        else if (state.HasNoStream && !state.IsUnknown)
        {
            return End(ref state, PublishOrder.EndNoStream);
        }

        state.Refusals++;
        TimeSpan delay = terms.FixedDelay > TimeSpan.Zero ? terms.FixedDelay : Requests.RetryDelay.After(state.Refusals, input.Random);
        if (!MayTryAgain(state, terms) || delay >= state.Deadline - input.Now) // the sum may be more than a duration can be
        {
            return End(ref state, WithoutAttempt(state));
        }

        (state.Phase, state.Due) = (PublishPhase.Delaying, input.Now + delay);
        return input.Error is null && state.Refusals == 1 && terms.AsksForStream && !state.IsUnknown ? PublishOrder.AskForStream : PublishOrder.Wait;
    }

    // Once the leader has all messages, the next attempt is stored, or rejected with a message to compare.
    private static PublishOrder FoundNothing(ref PublishState state, in PublishTerms terms, in PublishInput input)
    {
        state.Refusals++;
        TimeSpan delay = Requests.RetryDelay.After(state.Refusals, input.Random);
        if (!MayBeSentAgain(state, terms, input.Now) || delay >= state.Deadline - input.Now)
        {
            return End(ref state, PublishOrder.EndUnknown);
        }

        (state.Phase, state.Due) = (PublishPhase.Delaying, input.Now + delay);
        return PublishOrder.Wait;
    }

    private static bool MayBeStoredSoon(ref PublishState state, ApiError error, TimeSpan now)
    {
        if (error.ErrCode != (int)NatsJSErrorCode.InsufficientResources)
        {
            return ErrorGroups.IsRefusedForNow(error);
        }

        // A leader with a full disk steps down within 100 ms; a single server stays full.
        if (state.ResourceRefusals++ == 0)
        {
            state.NoResourcesSince = now;
        }

        return state.ResourceRefusals <= MostResourceRefusals && now - state.NoResourcesSince < s_resourceWait;
    }

    // The effect of an open attempt is not known yet; its rejection ends the publish.
    private static PublishOrder NoStream(ref PublishState state)
    {
        state.HasNoStream = true;
        return state.Phase == PublishPhase.Delaying && state is { IsUnknown: false, LastError: null } ? End(ref state, PublishOrder.EndNoStream) : PublishOrder.Wait;
    }

    private static PublishOrder Due(ref PublishState state, in PublishTerms terms, TimeSpan now)
    {
        if (now < state.Due)
        {
            return PublishOrder.Wait;
        }

        switch (state.Phase)
        {
            case PublishPhase.Delaying:
                return Write(ref state, PublishOrder.Write);
            case PublishPhase.Held or PublishPhase.Queued:
                return End(ref state, WithoutAttempt(state));
            case PublishPhase.Parked:
                return now >= state.Deadline ? End(ref state, WithoutAttempt(state)) : Park(ref state, now);
            case PublishPhase.Resolving:
                return End(ref state, PublishOrder.EndUnknown);
            case PublishPhase.Waiting when now >= state.Deadline:
                return End(ref state, PublishOrder.EndUnknown);
            case PublishPhase.Waiting when MayBeSentAgain(state, terms, now):
                state.IsUnknown = true;
                return Write(ref state, PublishOrder.Write);
            default:
                state.Due = state.Deadline; // the ack may still arrive
                return PublishOrder.Wait;
        }
    }

    // After an election the next attempt need not wait for its time. What waits because of load or by the choice of the caller does.
    private static PublishOrder StreamAvailable(ref PublishState state, in PublishTerms terms) =>
        state.Phase == PublishPhase.Delaying && terms.FixedDelay <= TimeSpan.Zero && (state.LastError is not { } error || ErrorGroups.IsUnavailable(error))
            ? Write(ref state, PublishOrder.Write) : PublishOrder.Wait;

    private static PublishOrder SessionLost(ref PublishState state, in PublishTerms terms, TimeSpan now)
    {
        if (state.Phase == PublishPhase.Writing)
        {
            state.IsLost = true;
            return PublishOrder.Wait;
        }

        if (state.Phase != PublishPhase.Waiting)
        {
            return PublishOrder.Wait;
        }

        state.IsUnknown = true;
        return now < state.Deadline && MayBeSentAgain(state, terms, now) ? Park(ref state, now) : End(ref state, PublishOrder.EndUnknown);
    }

    private static PublishOrder Cancel(ref PublishState state)
    {
        if (state.Phase == PublishPhase.Writing)
        {
            state.IsCancelled = true;
            return PublishOrder.Wait;
        }

        return End(ref state, state.Phase == PublishPhase.Waiting || state.IsUnknown ? PublishOrder.EndCancelledUnknown : PublishOrder.EndCancelled);
    }

    private static PublishOrder ConnectionEnded(ref PublishState state)
    {
        if (state.Phase == PublishPhase.Writing)
        {
            state.IsConnectionOver = true;
            return PublishOrder.Wait;
        }

        return End(ref state, state.Phase == PublishPhase.Waiting || state.IsUnknown ? PublishOrder.EndUnknown : PublishOrder.EndNotSent);
    }

    private static bool MayBeSentAgain(in PublishState state, in PublishTerms terms, TimeSpan now) =>
        terms.HasId && MayTryAgain(state, terms) && now - state.FirstSent < terms.Window;

    private static bool MayTryAgain(in PublishState state, in PublishTerms terms) => terms.MaxAttempts < 1 || state.Attempts < terms.MaxAttempts;

    // The end of a publish without an open attempt.
    private static PublishOrder WithoutAttempt(in PublishState state) =>
        state.IsUnknown ? PublishOrder.EndUnknown
        : state.LastError is not null ? PublishOrder.EndRefused
        : state.Refusals > 0 ? PublishOrder.EndNoResponders : PublishOrder.EndNotSent;

    private static PublishOrder End(ref PublishState state, PublishOrder order)
    {
        if (state.Phase == PublishPhase.Writing)
        {
            state.Pending = order;
            return PublishOrder.Wait;
        }

        state.Phase = PublishPhase.Over;
        return order;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
