using Earshot.JetStream.Errors;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>
/// The state machine of an atomic batch (ADR-50): a pure function of a state and an input, without sockets, clock and random numbers. The
/// stream stores nothing until the commit. While the effect of one commit is unknown, the rejection of a later one does not change that.
/// </summary>
internal static class BatchMachine
{
    /// <summary>The maximum number of messages of a batch, as nats-server 2.15 has it.</summary>
    public const int MaxMessages = 1000;

    /// <summary>The time without a message after which the server discards a batch.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(10);

    private const int DuplicateId = 10201;
    private const int Incomplete = 10176;

    public static BatchOrder Step(ref BatchState state, in BatchTerms terms, in BatchInput input) => input.Kind switch
    {
        BatchInputKind.Add => Add(ref state, terms, input.Now),
        BatchInputKind.Commit or BatchInputKind.CommitWithoutMessage => Commit(ref state, input),
        BatchInputKind.Resend => Resend(ref state),
        _ when state.Phase == BatchPhase.Open => WhileOpen(ref state, input),
        _ when state.Phase is BatchPhase.Committing or BatchPhase.Delaying or BatchPhase.Resolving => WhileCommitting(ref state, terms, input),
        _ => BatchOrder.Wait,
    };

    private static BatchOrder Add(ref BatchState state, in BatchTerms terms, TimeSpan now)
    {
        if (IsClosed(ref state, now, 1) is { } closed)
        {
            return closed;
        }

        state.Count++;
        (state.LastSent, state.SentBefore) = (now, state.LastSent);
        bool isAcked = (state.Count == 1 && terms.AckFirst) || (terms.AckEvery > 0 && state.Count % terms.AckEvery == 0);
        if (isAcked)
        {
            (state.Awaited, state.Due) = (state.Count, now + terms.AckTimeout);
        }

        return isAcked ? BatchOrder.SendAcked : BatchOrder.Send;
    }

    private static BatchOrder Commit(ref BatchState state, in BatchInput input)
    {
        if (IsClosed(ref state, input.Now, input.Kind == BatchInputKind.Commit ? 1 : 0) is { } closed)
        {
            return closed;
        }

        (state.Phase, state.Awaited, state.HasIds) = (BatchPhase.Committing, 0, input.HasIds);
        (state.Deadline, state.Due) = (input.Deadline, input.Deadline);
        return BatchOrder.SendCommit;
    }

    private static BatchOrder? IsClosed(ref BatchState state, TimeSpan now, int more)
    {
        switch (state.Phase)
        {
            case BatchPhase.Open when state.LastSent is { } last && now - last >= MaxSilence:
                Break(ref state);
                return BatchOrder.FailSilent;
            case BatchPhase.Open:
                return state.Count + more > MaxMessages ? BatchOrder.RejectFull : null;
            case BatchPhase.Broken:
                return BatchOrder.RejectBroken;
            default:
                return BatchOrder.RejectOver;
        }
    }

    private static BatchOrder Resend(ref BatchState state)
    {
        if (state.Phase != BatchPhase.Broken)
        {
            return state.Phase == BatchPhase.Open ? BatchOrder.RejectNotBroken : BatchOrder.RejectOver;
        }

        state = new BatchState { Round = state.Round + 1 };
        return BatchOrder.StartAgain;
    }

    private static BatchOrder WhileOpen(ref BatchState state, in BatchInput input)
    {
        switch (input.Kind)
        {
            case BatchInputKind.CannotWrite: // the message that was counted is not in the batch
                state.Count--;
                state.LastSent = state.SentBefore;
                (state.Awaited, state.Due) = (0, TimeSpan.MaxValue);
                return BatchOrder.FailNotWritten;
            case BatchInputKind.Accepted when IsCurrent(state, input) && input.Sequence == state.Awaited:
                (state.Awaited, state.Due) = (0, TimeSpan.MaxValue);
                return BatchOrder.Continue;
            case BatchInputKind.StoredAlone when IsCurrent(state, input):
                return End(ref state, BatchOrder.EndNotSupported);
            case BatchInputKind.Refused when IsCurrent(state, input):
                return Fail(ref state, BatchOrder.FailRefused);
            case BatchInputKind.NoResponders when IsCurrent(state, input):
                return Fail(ref state, BatchOrder.FailNoResponders);
            case BatchInputKind.Denied when state.Count > 0:
                return Fail(ref state, BatchOrder.FailDenied);
            case BatchInputKind.SessionLost when state.Count > 0:
            case BatchInputKind.ConnectionEnded:
                return Fail(ref state, BatchOrder.FailLost);
            case BatchInputKind.Due when state.Awaited > 0 && input.Now >= state.Due:
                return Fail(ref state, BatchOrder.FailNoAnswer);
            case BatchInputKind.Cancelled: // the message is in the batch; its answer is not awaited any more
                (state.Awaited, state.Due) = (0, TimeSpan.MaxValue);
                return BatchOrder.FailCancelled;
            default:
                return BatchOrder.Wait;
        }
    }

    private static BatchOrder WhileCommitting(ref BatchState state, in BatchTerms terms, in BatchInput input)
    {
        switch (input.Kind)
        {
            case BatchInputKind.CommitWritten when state.Phase == BatchPhase.Committing:
                state.FirstCommit ??= input.Now;
                state.FirstCommitRound = state.FirstCommitRound == 0 ? state.Round : state.FirstCommitRound;
                state.Due = Earlier(state.Deadline, input.Now + terms.AckTimeout);
                return BatchOrder.Wait;
            case BatchInputKind.CannotWrite when state.Phase == BatchPhase.Committing:
                return state.FirstCommit is null ? Reopen(ref state, BatchOrder.FailNotWritten) : EndUnwritten(ref state);
            case BatchInputKind.Committed when IsOfCommit(state, input):
                return End(ref state, BatchOrder.EndStored);
            case BatchInputKind.StoredAlone when IsOfCommit(state, input):
                return End(ref state, BatchOrder.EndNotSupported);
            case BatchInputKind.Refused or BatchInputKind.NoResponders or BatchInputKind.Denied:
                return Refused(ref state, input);
            case BatchInputKind.SessionLost when state.Phase == BatchPhase.Committing:
                return state.FirstCommit is null ? Fail(ref state, BatchOrder.FailLost) : Again(ref state, terms, input.Now, BatchOrder.EndUnknown);
            case BatchInputKind.Due when input.Now >= state.Due:
                return Due(ref state, terms, input.Now);
            case BatchInputKind.FoundOurs when state.Phase == BatchPhase.Resolving:
                return End(ref state, BatchOrder.EndStored);
            // Another message may have been stored after those of the batch, which would itself not meet the expectation of the repetition.
            case BatchInputKind.FoundAnother or BatchInputKind.NotFoundOut when state.Phase == BatchPhase.Resolving:
                return End(ref state, BatchOrder.EndUnknown);
            case BatchInputKind.Cancelled:
                return state.FirstCommit is null ? Reopen(ref state, BatchOrder.FailCancelled) : End(ref state, BatchOrder.EndCancelledUnknown);
            case BatchInputKind.ConnectionEnded:
                return state.FirstCommit is null ? Fail(ref state, BatchOrder.FailLost) : End(ref state, BatchOrder.EndUnknown);
            default:
                return BatchOrder.Wait;
        }
    }

    private static BatchOrder Refused(ref BatchState state, in BatchInput input)
    {
        if (input.Kind != BatchInputKind.Denied && input.Round != state.Round)
        {
            // The commit of an earlier round had no effect. Not so when an id of it is known: a later round may have been stored meanwhile.
            state.OpenCommits -= IsOfCommit(state, input) && input.Error?.ErrCode != DuplicateId ? 1 : 0;
            return BatchOrder.Wait;
        }

        if (state.Phase != BatchPhase.Committing)
        {
            return BatchOrder.Wait;
        }

        BatchOrder failure = input.Kind switch
        {
            BatchInputKind.NoResponders => BatchOrder.FailNoResponders,
            BatchInputKind.Denied => BatchOrder.FailDenied,
            _ => BatchOrder.FailRefused,
        };
        if (state.OpenCommits == 0)
        {
            return Fail(ref state, failure);
        }

        if (input.Error is { } error && error.ErrCode == DuplicateId)
        {
            return End(ref state, BatchOrder.EndStored);
        }

        if (input.Error is { } unmet && ErrorGroups.IsWrongExpectation(unmet))
        {
            (state.Phase, state.Due) = (BatchPhase.Resolving, state.Deadline);
            return BatchOrder.LookUp;
        }

        state.Refusals++;
        TimeSpan delay = RetryDelay.After(state.Refusals, input.Random);
        if (!IsForNow(input) || input.Now + delay >= state.Deadline)
        {
            return End(ref state, BatchOrder.EndUnknown);
        }

        (state.Phase, state.Due) = (BatchPhase.Delaying, input.Now + delay);
        return BatchOrder.Wait;
    }

    private static bool IsForNow(in BatchInput input) =>
        input.Kind == BatchInputKind.NoResponders
        || (input.Error is { } error && (error.ErrCode == Incomplete || ErrorGroups.IsRefusedForNow(error) || ErrorGroups.IsUnavailable(error)));

    private static BatchOrder Due(ref BatchState state, in BatchTerms terms, TimeSpan now)
    {
        if (now >= state.Deadline)
        {
            return state.FirstCommit is null ? Reopen(ref state, BatchOrder.FailNotWritten) : End(ref state, BatchOrder.EndUnknown);
        }

        if (state.Phase == BatchPhase.Delaying)
        {
            return Start(ref state); // its last commit was rejected, so it is not open
        }

        BatchOrder next = Again(ref state, terms, now, BatchOrder.Wait);
        state.Due = state.Deadline; // without message ids the answer may still arrive
        return next;
    }

    private static BatchOrder Again(ref BatchState state, in BatchTerms terms, TimeSpan now, BatchOrder otherwise)
    {
        bool mayBeSentAgain = state.HasIds && now - state.FirstCommit < terms.Window && now < state.Deadline;
        if (!mayBeSentAgain)
        {
            return otherwise == BatchOrder.Wait ? BatchOrder.Wait : End(ref state, otherwise);
        }

        state.OpenCommits++;
        return Start(ref state);
    }

    private static BatchOrder Start(ref BatchState state)
    {
        (state.Phase, state.Due) = (BatchPhase.Committing, state.Deadline);
        state.Round++;
        return BatchOrder.SendAgain;
    }

    private static BatchOrder EndUnwritten(ref BatchState state) => state.OpenCommits > 0 ? End(ref state, BatchOrder.EndUnknown) : Fail(ref state, BatchOrder.FailNotWritten);

    private static bool IsCurrent(in BatchState state, in BatchInput input) => input.Round == state.Round;

    private static bool IsOfCommit(in BatchState state, in BatchInput input) =>
        state.FirstCommitRound > 0 && input.Round >= state.FirstCommitRound && input.Round <= state.Round && input.Sequence > state.Count;

    private static BatchOrder Reopen(ref BatchState state, BatchOrder order)
    {
        (state.Phase, state.Deadline, state.Due) = (BatchPhase.Open, TimeSpan.MaxValue, TimeSpan.MaxValue);
        return order;
    }

    private static BatchOrder Fail(ref BatchState state, BatchOrder order)
    {
        Break(ref state);
        return order;
    }

    private static void Break(ref BatchState state) => (state.Phase, state.Awaited, state.Due) = (BatchPhase.Broken, 0, TimeSpan.MaxValue);

    private static BatchOrder End(ref BatchState state, BatchOrder order)
    {
        (state.Phase, state.Due) = (BatchPhase.Over, TimeSpan.MaxValue);
        return order;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
