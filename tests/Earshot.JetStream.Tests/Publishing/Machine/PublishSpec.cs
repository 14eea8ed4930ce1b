using CsCheck;
using Earshot.JetStream.Publishing;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The rules of a publish, for every reachable state of the machine and every input that can occur in it.</summary>
internal static class PublishSpec
{
    // Longer than an attempt waits for its ack, and short enough for an exhaustive search.
    private static readonly TimeSpan s_deadline = PublishMachine.AttemptTimeout + TimeSpan.FromSeconds(1);

    // One error of each group that the machine distinguishes.
    private static readonly ApiError[] s_errors = [.. new[] { 10008, 10023, 10054, 10071, 10167 }.Select(code => new ApiError { ErrCode = code })];

    private static readonly PublishInputKind[] s_writeResults = [PublishInputKind.Written, PublishInputKind.NoSession, PublishInputKind.NoRoom, PublishInputKind.CannotWrite];
    private static readonly PublishInputKind[] s_acks = [PublishInputKind.Acked, PublishInputKind.AckedDuplicate];

    private static readonly PublishInputKind[] s_others =
        [.. Enum.GetValues<PublishInputKind>().Except(s_writeResults).Except(s_acks).Except([PublishInputKind.Refused, PublishInputKind.Due])];

    // An answer that comes late cannot be distinguished from one that belongs to the open attempt.
    private static readonly PublishInputKind[] s_misplaced =
    [
        .. s_writeResults, PublishInputKind.Released, PublishInputKind.TurnCame, PublishInputKind.SessionThere,
        PublishInputKind.FoundOurs, PublishInputKind.FoundAnother, PublishInputKind.NotFoundOut, PublishInputKind.FoundNothing,
        PublishInputKind.LookUpUnanswered,
    ];

    public static Spec<PublishCourse> Of(PublishTerms terms, bool isHeld, PhaseGraph? graph = null) => Spec.From(PublishCourse.Begin(s_deadline, isHeld))
        .Action("Write result", s_writeResults, Allows, (c, kind) => Seen(graph, c, kind, c.Step(terms, kind)))
        .Action("Ack", s_acks, Allows, (c, kind) => Seen(graph, c, kind, c.Step(terms, kind)))
        .Action("Refused", s_errors, static (c, _) => Allows(c, PublishInputKind.Refused),
            (c, error) => Seen(graph, c, PublishInputKind.Refused, c.Step(terms, PublishInputKind.Refused, error)))
        .Action("Input", s_others, Allows, (c, kind) => Seen(graph, c, kind, c.Step(terms, kind)))
        .Action("Due", static c => !c.IsOver, c => Seen(graph, c, PublishInputKind.Due, c.StepWhenDue(terms)))
        .Action("Misplaced input", s_misplaced, static (c, kind) => !c.Server.Allows(kind, c.State.Phase), (c, kind) => c.Step(terms, kind))
        .Action("Input after the end", Enum.GetValues<PublishInputKind>(), static (c, _) => c.IsOver, (c, kind) => c.Step(terms, kind))
        .Rule("OVER-ONCE", "A publish ends once, with one outcome.", static (b, a) => a.IsEnd == (a.IsOver && !b.IsOver))
        .Rule("OVER-FOR-GOOD", "An ended publish does not change any more.", static (b, _) => b.IsOver, static (b, a) => a.State == b.State && a.Order == PublishOrder.Wait)
        .Never("FALSE-OUTCOME", "A publish that may be stored is never reported as rejected, not sent or cancelled without effect.",
            static (_, a) => a.IsEndWithoutEffect && (a.Server.IsOpen || a.Server.IsStoredPerhaps))
        .Never("TWICE-WITHOUT-ID", "A message without an id is not written again while an attempt may be stored.",
            (b, a) => a.IsWrite && !terms.HasId && a.Server.IsStoredPerhaps)
        .Never("OUTSIDE-THE-WINDOW", "A message that may be stored is not written again after the time for which the stream remembers its id.",
            (b, a) => a.IsWrite && b.State.Phase == PublishPhase.Waiting && a.Now - b.State.FirstSent >= terms.Window)
        .Never("TOO-MANY-ATTEMPTS", "The number of attempts is limited by the options.", (_, a) => a.IsWrite && terms.MaxAttempts > 0 && a.State.Attempts > terms.MaxAttempts)
        .Never("ENDS-WHILE-WRITING", "The message is not given back while it is being written.", "Input", static (b, a) => b.State.Phase == PublishPhase.Writing && a.IsEnd)
        .Rule("CALLED-IN-TIME", "A publish that has not ended is called again at its deadline at the latest.",
            static (_, a) => a.IsOver || (a.State.Due > TimeSpan.Zero && a.State.Due <= a.State.Deadline))
        .Rule("ENDS-AT-THE-DEADLINE", "A publish that is not being written ends at its deadline.",
            "Due", static (b, a) => a.Now >= a.State.Deadline && b.State.Phase != PublishPhase.Writing, static (_, a) => a.IsOver)
        .Rule("MISPLACED-INPUT", "An input that does not belong to the phase changes nothing.", "Misplaced input", static (b, a) => a.State == b.State && a.Order == PublishOrder.Wait)
        .Rule("STORED", "An ack ends the publish as stored, in this step or when the write in progress ends.", "Ack",
            static (b, a) => a.Order is PublishOrder.EndStored or PublishOrder.EndDuplicate || a.State.Pending is PublishOrder.EndStored or PublishOrder.EndDuplicate
                || (b.State.Pending != PublishOrder.Wait && a.State.Pending == b.State.Pending))
        .Fault("lost session forgotten", static (_, a) => a.State.IsUnknown, static (_, a) => a with { State = Changed(a.State, static (ref s) => s.IsUnknown = false) })
        .Fault("ack during a write forgotten", static (b, a) => b.State.Pending == PublishOrder.Wait && a.State.Pending == PublishOrder.EndStored,
            static (_, a) => a with { State = Changed(a.State, static (ref s) => s.Pending = PublishOrder.EndUnknown) })
        .Fault("ends twice", static (b, _) => b.IsOver, static (_, a) => a with { Order = PublishOrder.EndUnknown })
        .Fault("ends while writing", static (b, a) => b.State.Phase == PublishPhase.Writing && a.State.IsCancelled && !b.State.IsCancelled,
            static (_, a) => a with { Order = PublishOrder.EndCancelled, State = Changed(a.State, static (ref s) => s.Phase = PublishPhase.Over) })
        .Fault("written again without an id", static (b, a) => b.State.Phase == PublishPhase.Waiting && a.Order == PublishOrder.EndUnknown,
            static (b, a) => a with { Order = PublishOrder.Write, Server = a.Server.Ordered(PublishOrder.Write), State = Changed(b.State, static (ref s) => s.Phase = PublishPhase.Writing) })
        .Fault("not called again", static (_, a) => a.State.Phase == PublishPhase.Parked, static (_, a) => a with { State = Changed(a.State, static (ref s) => s.Due = TimeSpan.MaxValue) })
        .Fault("refusal after a lost attempt", static (b, a) => b.Server.IsStoredPerhaps && a.Order == PublishOrder.EndUnknown, static (_, a) => a with { Order = PublishOrder.EndRefused })
        .Print(static c => $"{c.State.Phase} at {c.Now.TotalSeconds} s, {c.Order}{(c.State.IsUnknown ? ", unknown" : "")}, attempt {c.State.Attempts}");

    private static PublishCourse Seen(PhaseGraph? graph, PublishCourse before, PublishInputKind input, PublishCourse after)
    {
        graph?.Add(before.State.Phase.ToString(), input.ToString(), after.State.Phase.ToString());
        return after;
    }

    private static bool Allows(PublishCourse course, PublishInputKind kind) => !course.IsOver && course.Server.Allows(kind, course.State.Phase);

    private static PublishState Changed(PublishState state, Change change)
    {
        change(ref state);
        return state;
    }

    private delegate void Change(ref PublishState state);
}
