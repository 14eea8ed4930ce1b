using CsCheck;
using Earshot.JetStream.Consuming;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The rules of an ordered read, for every reachable state of its machine with a small stream and every input.</summary>
internal static class OrderedSpec
{
    public static Spec<OrderedCourse> Of(NatsJSOrderedConsumerOpts opts, PhaseGraph? graph = null) => Spec.From(OrderedCourse.Begin(opts))
        .Action("Stored", static c => c.CanStore, static c => c.Store())
        .Action("Fallen", static c => c.CanFall, c => Seen(graph, c, "Fallen", c.Fall(keepsConsumer: false)))
        .Action("Fallen under the consumer", static c => c.CanFall && c.Next > 0, c => Seen(graph, c, "Fallen under the consumer", c.Fall(keepsConsumer: true)))
        .Action("Recreated", static c => c.CanFall, c => Seen(graph, c, "Recreated", c.Recreate()))
        .Action("Received", static c => c.CanDeliver, c => Seen(graph, c, "Received", c.Deliver()))
        .Action("Lost", static c => c.CanDeliver, c => Seen(graph, c, "Lost", c.Lose()))
        .Action("Doubt", static c => c.Next > 0, c => Seen(graph, c, "Doubt", c.Doubt()))
        .Action("Created", static c => c is { Next: 0, IsOver: false }, c => Seen(graph, c, "Created", c.Create(succeeds: true)))
        .Action("Not created", static c => c is { Next: 0, IsOver: false }, c => Seen(graph, c, "Not created", c.Create(succeeds: false)))
        .Boundary(static c => !c.IsHidden && !c.IsOver)
        .Never("READ-AGAIN", "No message is read twice, unless the read starts again.", static (_, a) => a.IsReadAgain && !a.IsHidden)
        .Never("GAP", "No message is read before one that is stored and was not read.", static (_, a) => a.IsAfterGap && !a.IsHidden)
        .Never("FALSE-FALL", "A stream that has lost nothing has not fallen.", static (b, a) => a.Regressed == true && !b.HasFallen)
        .Rule("FALL-FOUND", "A fall below what was read is found.", static (b, a) => a.Regressed is not null && (ulong)b.Stream.Length < b.Machine.LastStreamSeq, static (_, a) => a.Regressed == true)
        .Invariant("FOUND-ONCE", "A fall is found once.", static c => c.IsOver || !c.FindsTwice())
        .Rule("FAILS", "With the policy Fail a fall ends the read.", (_, a) => a.Regressed == true && opts.RegressionPolicy == NatsJSRegressionPolicy.Fail, static (_, a) => a.IsOver)
        .Rule("NEXT-NUMBER", "Each attempt has the next number.", static (b, a) => a.Machine.Incarnation == b.Machine.Incarnation || a.Machine.Incarnation == b.Machine.Incarnation + 1)
        .Rule("NO-DELAY-AFTER-SUCCESS", "A created consumer ends the delays.", "Created", static (_, a) => a.Next > 0, static (_, a) => a.Machine is { Attempts: 0, Delay.Ticks: 0, ExpectedDelivery: 1 })
        .Rule("LONGER-DELAY", "Each failed attempt delays the next one, up to the limit of attempts.", "Not created", static (_, a) => a.Regressed != true || !a.IsOver,
            (b, a) => a.Machine.Delay > b.Machine.Delay && a.IsOver == (a.Machine.Attempts > opts.MaxResetAttempts))
        .Fault("gap delivered", static (b, a) => a.Verdict == OrderedVerdict.Gap && b.Delivery > (int)b.Machine.ExpectedDelivery,
            static (b, _) => (b with { Delivery = (int)b.Machine.ExpectedDelivery }).Deliver())
        .Fault("resumes too late", "Created", static (b, a) => a.Next > 0 && !b.Read.IsEmpty, static (_, a) => a with { Next = a.Next + 1 })
        .Fault("read again", static (b, a) => a.IsRead && !b.Read.IsEmpty, static (_, a) => a with { IsReadAgain = true })
        .Fault("fall not found", static (_, a) => a.Regressed == true, static (_, a) => a with { Regressed = false })
        .Fault("falls without reason", static (_, a) => a.Regressed == false, static (_, a) => a with { Regressed = true })
        .Fault("continues after a fall", static (_, a) => a.Regressed == true, static (_, a) => a with { IsOver = false })
        .Fault("number used twice", static (b, a) => a.Machine.Incarnation > b.Machine.Incarnation, static (b, a) => a.Machine.Begin() > 0 ? a : b)
        .Fault("ends too early", "Not created", static (_, a) => !a.IsOver, static (_, a) => a with { IsOver = true })
        .Print(static c => $"{c.Phase}: {c}");

    private static OrderedCourse Seen(PhaseGraph? graph, OrderedCourse before, string input, OrderedCourse after)
    {
        graph?.Add(before.Phase, input, after.Phase);
        return after;
    }
}
