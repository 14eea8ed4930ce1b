using Earshot.JetStream.Errors;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>
/// The state machine of a fast batch (ADR-50): a pure function of a state and an input, without sockets, clock and random numbers. An ack
/// confirms all messages up to its number. Only the count of the final ack tells whether all messages are stored.
/// </summary>
internal static class FastBatchMachine
{
    /// <summary>The interval of pings while nothing is sent, so that the server keeps the batch.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    private const int UnknownBatch = 10208;
    private const int PingsPerTimeout = 3;

    /// <summary>Processes an input. <see cref="Next"/> returns what to write next.</summary>
    public static FastOrder Step(ref FastState state, in FastTerms terms, in FastInput input)
    {
        if (state.Phase == FastPhase.Over)
        {
            return input.Kind is FastInputKind.Add or FastInputKind.Commit ? FastOrder.RejectOver : FastOrder.Wait;
        }

        switch (input.Kind)
        {
            case FastInputKind.Add:
                state.Added++;
                return FastOrder.Wait;
            case FastInputKind.Commit:
                (state.IsCommitting, state.CommitHasMessage, state.Deadline) = (true, input.HasMessage, input.Deadline);
                return FastOrder.Wait;
            case FastInputKind.Ack:
                return Acked(ref state, input);
            case FastInputKind.Gap or FastInputKind.MessageRefused:
                return Missing(ref state, terms, input);
            case FastInputKind.Ended:
                return Ended(ref state, input.Sequence);
            case FastInputKind.StoredAlone:
                return End(ref state, FastOrder.EndNotSupported);
            case FastInputKind.Refused or FastInputKind.NoResponders or FastInputKind.Denied:
                return Refused(ref state, terms, input);
            case FastInputKind.SessionLost:
                return state.Sent == 0 ? FastOrder.Wait : LoseBatch(ref state, terms, input, TimeSpan.Zero);
            case FastInputKind.NotWritten:
                Unwrite(ref state, input);
                return FastOrder.Wait;
            case FastInputKind.CannotWrite:
                Unwrite(ref state, input);
                return End(ref state, IsUnknown(state, state.Acked) ? FastOrder.EndUnknown : FastOrder.FailNotWritten);
            case FastInputKind.Due:
                return Due(ref state, terms, input);
            case FastInputKind.Cancelled:
                return state.IsCommitting ? End(ref state, FastOrder.EndCancelledUnknown) : FastOrder.Wait;
            case FastInputKind.ConnectionEnded:
                return EndEarly(ref state);
            default:
                return FastOrder.Wait;
        }
    }

    /// <summary>Returns what to write now. The state changes as if it was written.</summary>
    public static FastOrder Next(ref FastState state, in FastTerms terms, TimeSpan now)
    {
        bool isLast = state.IsCommitting && state.Sent >= state.Added - (state.CommitHasMessage ? 1 : 0);
        bool isStarted = state.Phase == FastPhase.Flowing;
        if (isLast && (isStarted || (state is { Phase: FastPhase.Idle, CommitHasMessage: true })))
        {
            (state.Phase, state.WaitingSince, state.LastSent, state.LastPing) = (FastPhase.Committing, now, now, now);
            state.Sent += state.CommitHasMessage ? 1 : 0;
            return state.CommitHasMessage ? FastOrder.SendCommit : FastOrder.SendEnd;
        }

        if (isLast && state.Phase == FastPhase.Idle)
        {
            return End(ref state, FastOrder.EndStored); // the batch was lost after all its messages had their ack
        }

        if (state.Sent >= state.Added || isLast)
        {
            return FastOrder.Wait;
        }

        if (state.Phase == FastPhase.Idle)
        {
            (state.Phase, state.WaitingSince, state.LastSent, state.LastPing, state.Sent) = (FastPhase.Starting, now, now, now, 1);
            return FastOrder.SendStart;
        }

        if (!isStarted || state.Sent - state.Acked >= (long)state.Flow * terms.MaxOutstandingAcks)
        {
            return FastOrder.Wait;
        }

        state.Sent++;
        state.LastSent = now;
        if (state.WaitingSince is null && state.Sent - state.Acked >= state.Flow)
        {
            (state.WaitingSince, state.LastPing) = (now, now);
        }

        return FastOrder.Send;
    }

    /// <summary>Returns the time at which the machine needs the input <see cref="FastInputKind.Due"/>; the maximum for never.</summary>
    public static TimeSpan DueOf(in FastState state, in FastTerms terms)
    {
        TimeSpan due = state.Phase switch
        {
            FastPhase.Idle when state.Added > state.Sent => TimeSpan.Zero, // a message whose call was cancelled before it was written
            FastPhase.Over or FastPhase.Idle => TimeSpan.MaxValue,
            FastPhase.Delaying => state.DelayedUntil,
            FastPhase.Starting or FastPhase.Committing => state.WaitingSince!.Value + terms.AckTimeout, // a ping could be answered before the commit
            _ when state.WaitingSince is { } since => Earlier(since + terms.AckTimeout, state.LastPing + (terms.AckTimeout / PingsPerTimeout)),
            _ => state.LastSent + KeepAlive,
        };
        return Earlier(due, state.Phase == FastPhase.Over ? TimeSpan.MaxValue : state.Deadline);
    }

    private static FastOrder Acked(ref FastState state, in FastInput input)
    {
        state.Phase = state.Phase == FastPhase.Starting ? FastPhase.Flowing : state.Phase;
        state.Flow = Math.Max(1, input.Flow);
        if (input.Sequence > state.Acked)
        {
            (state.Acked, state.LostSince, state.Refusals) = (Math.Min(input.Sequence, state.Sent), null, 0);
        }

        if (state.Phase == FastPhase.Flowing)
        {
            state.WaitingSince = state.Sent - state.Acked >= state.Flow ? input.Now : null;
        }

        return FastOrder.Wait;
    }

    private static FastOrder Missing(ref FastState state, in FastTerms terms, in FastInput input)
    {
        if (!terms.ContinuesAfterLoss)
        {
            // The server ends the batch here, and only its next answer proves that the messages before are stored.
            state.WaitingSince = state.Phase == FastPhase.Committing ? state.WaitingSince : input.Now;
            state.Phase = FastPhase.Committing;
            return FastOrder.Wait;
        }

        state.Lost += input.Missing;
        state.WaitingSince = state.Phase == FastPhase.Committing ? state.WaitingSince : input.Now;
        return FastOrder.ReportLoss;
    }

    private static FastOrder Ended(ref FastState state, long count)
    {
        state.Acked = Math.Max(state.Acked, Math.Min(count, state.Sent));
        bool isAll = state is { Phase: FastPhase.Committing, IsCommitting: true } && count == state.Sent && count == state.Added;
        return isAll ? End(ref state, FastOrder.EndStored) : state.UnknownUpTo > state.Base + count ? End(ref state, FastOrder.EndUnknown) : EndAt(ref state, state.Base + count);
    }

    private static FastOrder Refused(ref FastState state, in FastTerms terms, in FastInput input)
    {
        // The end of a batch without a message follows a first message that was stored.
        bool isFirst = state.Phase == FastPhase.Starting || state is { Phase: FastPhase.Committing, CommitHasMessage: true, Sent: 1 };
        bool isNothingSent = isFirst && state is { Round: 1, Acked: 0 };
        if (isNothingSent)
        {
            return End(ref state, input.Kind switch
            {
                FastInputKind.NoResponders => FastOrder.FailNoResponders,
                FastInputKind.Denied => FastOrder.FailDenied,
                _ => FastOrder.FailRefused,
            });
        }

        bool isForNow = input.Kind == FastInputKind.NoResponders
            || (input.Error is { } error && (error.ErrCode == UnknownBatch || ErrorGroups.IsRefusedForNow(error) || ErrorGroups.IsUnavailable(error)));
        if (!isForNow)
        {
            return input.Kind == FastInputKind.Denied && state.Sent == 0 ? FastOrder.Wait : EndEarly(ref state);
        }

        if (state.Phase == FastPhase.Delaying || state.Phase == FastPhase.Idle)
        {
            return FastOrder.Wait; // further answers of the round that is given up
        }

        state.Refusals++;
        return LoseBatch(ref state, terms, input, RetryDelay.After(state.Refusals, input.Random));
    }

    private static FastOrder LoseBatch(ref FastState state, in FastTerms terms, in FastInput input, TimeSpan delay)
    {
        state.LostSince ??= input.Now;
        long done = state.Acked + input.LostNext; // what was reported as lost is not sent again
        bool isAllAcked = done >= state.Sent;
        if ((!isAllAcked && !input.MayResend) || input.Now - state.LostSince >= terms.Timeout || input.Now + delay >= state.Deadline)
        {
            return isAllAcked && state.IsCommitting && done == state.Added ? End(ref state, FastOrder.EndStored) : EndEarly(ref state);
        }

        state = new FastState
        {
            Phase = FastPhase.Delaying,
            DelayedUntil = input.Now + delay,
            Base = state.Base + done,
            Added = state.Added - done,
            Lost = state.Lost,
            Round = state.Round + 1,
            Refusals = state.Refusals,
            IsCommitting = state.IsCommitting,
            CommitHasMessage = state.CommitHasMessage && state.Added > done,
            LostSince = state.LostSince,
            UnknownUpTo = Math.Max(state.UnknownUpTo, state.Base + state.Sent),
            Deadline = state.Deadline,
        };
        return FastOrder.StartAgain;
    }

    private static FastOrder Due(ref FastState state, in FastTerms terms, in FastInput input)
    {
        if (input.Now >= state.Deadline)
        {
            return EndEarly(ref state);
        }

        if (state.Phase == FastPhase.Idle || input.Now < DueOf(state, terms))
        {
            return FastOrder.Wait;
        }

        if (state.Phase == FastPhase.Delaying)
        {
            state.Phase = FastPhase.Idle;
            return FastOrder.Wait;
        }

        if (state.WaitingSince is { } since && input.Now - since >= terms.AckTimeout)
        {
            return LoseBatch(ref state, terms, input, TimeSpan.Zero);
        }

        (state.LastPing, state.LastSent, state.WaitingSince) = (input.Now, input.Now, state.WaitingSince ?? input.Now);
        return FastOrder.Ping;
    }

    // What Next has counted as written was not.
    private static void Unwrite(ref FastState state, in FastInput input)
    {
        state.Sent -= input.HasMessage ? 1 : 0;
        bool isAckDue = state.Phase == FastPhase.Flowing && state.Sent - state.Acked >= state.Flow;
        state.Phase = state.Phase == FastPhase.Starting ? FastPhase.Idle : state.Phase;
        state.WaitingSince = isAckDue || state.Phase == FastPhase.Committing ? state.WaitingSince : null;
    }

    private static FastOrder End(ref FastState state, FastOrder order)
    {
        state.Stored = order == FastOrder.EndStored ? state.Base + state.Added - state.Lost : state.Base + state.Acked;
        state.Phase = FastPhase.Over;
        return order;
    }

    private static FastOrder EndAt(ref FastState state, long stored)
    {
        (state.Stored, state.Phase) = (stored, FastPhase.Over);
        return FastOrder.EndIncomplete;
    }

    private static FastOrder EndEarly(ref FastState state) => IsUnknown(state, state.Acked) ? End(ref state, FastOrder.EndUnknown) : EndAt(ref state, state.Base + state.Acked);

    // Whether a message behind a number may be stored: it was sent in this round or in an earlier one.
    private static bool IsUnknown(in FastState state, long number) => state.Sent > number || state.UnknownUpTo > state.Base + number;

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
