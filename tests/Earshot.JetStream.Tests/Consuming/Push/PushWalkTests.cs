using CsCheck;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>The invariants of a read of a push consumer, for any order of inputs.</summary>
public sealed class PushWalkTests
{
    private const int Inputs = 20;

    private static readonly Gen<(int Input, int Amount)[]> s_walk = Gen.Select(Gen.Int[0, Inputs - 1], Gen.Int[0, 10]).Array[0, 120];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_keeps_its_invariants_for_any_order_of_inputs(bool isRecreatable) =>
        s_walk.Sample(steps => Walk(isRecreatable ? PushMachineRig.Ephemeral : PushMachineRig.Durable, steps), iter: 3_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Invariants_hold_after_any_three_inputs(bool isRecreatable)
    {
        PushSettings settings = isRecreatable ? PushMachineRig.Ephemeral : PushMachineRig.Durable;
        foreach ((int first, int second, int third) in from a in Enumerable.Range(0, Inputs) from b in Enumerable.Range(0, Inputs) from c in Enumerable.Range(0, Inputs) select (a, b, c))
        {
            Walk(settings, [(first, 1), (second, 10), (third, 5), (4, 1)]);
        }
    }

    private static void Walk(PushSettings settings, (int Input, int Amount)[] steps)
    {
        var rig = PushMachineRig.Started(settings);
        var told = new Tale();
        foreach ((int input, int amount) in steps)
        {
            Step(rig, told, input, amount);
            told.Check(rig);
        }

        if (!rig.Machine.IsOver)
        {
            rig.Machine.Stop(rig.Now);
            rig.Pass(5);
            told.Check(rig);
            Assert.True(rig.Machine.IsOver, "a stop ends within five seconds");
        }
    }

    private static void Step(PushMachineRig rig, Tale told, int input, int amount)
    {
        PushMachine machine = rig.Machine;
        switch (input)
        {
            case 0 when told.IsSubscribed: rig.Message(Math.Max(1, amount)); break;
            case 1: rig.Processed((int)Math.Min(amount, machine.Counts.Buffered)); break;
            case 2: rig.Pass(amount / 4.0); break;
            case 3: rig.Pass(amount * 3); break;
            case 4 when told.IsSubscribed: rig.Heartbeat(); break;
            case 5 when told.IsSubscribed: rig.Heartbeat($"FC.{amount}"); break;
            case 6 when told.IsSubscribed: rig.Flow($"FC.{amount}"); break;
            case 7: rig.Status(PullStatusKind.LeadershipChange); break;
            case 8: rig.Status(PullStatusKind.Unknown, 499); break;
            case 9: rig.Answer(PullProbeKind.Exists, new PullFacts { IsPaused = amount > 5 }); break;
            case 10: rig.Answer(PullProbeKind.Unavailable); break;
            case 11: rig.Reconnect(); told.Replayed(machine); break;
            case 12: machine.SessionLost(rig.Now); break;
            case 13: machine.SessionStarting(rig.Now); told.Replayed(machine); break;
            case 14: rig.Ended(PushAttemptResult.Created, told.Attempt); break;
            case 15: rig.Ended(PushAttemptResult.Unavailable, told.Attempt); break;
            case 16: rig.Ended(PushAttemptResult.Created, told.Attempt - 1); break;
            case 17: machine.AnswerFailed(told.LastAnswer, rig.Now); break;
            case 18: machine.Dropped(amount, rig.Now); break;
            case 19 when amount == 10: rig.Answer(PullProbeKind.ConsumerDeleted); break;
        }
    }

    /// <summary>The reports and orders of one read.</summary>
    private sealed class Tale
    {
        private bool _isStalled;
        private bool _isOver;
        private bool _isAlarmed;

        public bool IsSubscribed { get; private set; } = true;

        public int Attempt { get; private set; }

        public FlowAnswer LastAnswer { get; private set; } = new([1], FlowControlSource.FlowControl, 0);

        // The replay of a session subscribes what was not removed.
        public void Replayed(PushMachine machine) => IsSubscribed |= machine.Phase == PushPhase.Waiting;

        public void Check(PushMachineRig rig)
        {
            PushMachine machine = rig.Machine;
            foreach (PushEffect effect in machine.Effects)
            {
                See(effect, machine);
            }

            bool waits = machine.Phase is PushPhase.Waiting or PushPhase.Flowing;
            Assert.True(!waits || machine.Due != PullTimes.Never || machine.Settings.Heartbeat == 0, "a read that waits has a timer");
            Assert.True(machine.Phase != PushPhase.Stopping || machine.Due != PullTimes.Never, "a stop has a timer");
            Assert.True(!machine.IsHolding || machine.Phase is PushPhase.Waiting or PushPhase.Flowing or PushPhase.Doubtful, "a request belongs to a session");
            Assert.True(!machine.IsOver || machine.Due == PullTimes.Never, "an ended read needs no timer");
            _isOver |= machine.IsOver;
            machine.Effects.Clear();
        }

        private void See(PushEffect effect, PushMachine machine)
        {
            Assert.False(_isOver, "nothing after the end");
            switch (effect.Kind)
            {
                case PushEffectKind.Answer:
                    Assert.True(IsSubscribed, "only what is subscribed is answered");
                    LastAnswer = effect.Answer;
                    break;
                case PushEffectKind.Recreate:
                    Assert.True(machine.Settings.IsRecreatable && effect.Attempt.Number == Attempt + 1, "attempts are numbered");
                    (Attempt, IsSubscribed) = (effect.Attempt.Number, true);
                    break;
                case PushEffectKind.Remove or PushEffectKind.Unsubscribe:
                    IsSubscribed = false;
                    break;
                case PushEffectKind.Report:
                    See(effect.Note!);
                    break;
            }
        }

        private void See(PullNote note)
        {
            switch (note.Kind)
            {
                case PullNoteKind.Stalled:
                    Assert.False(_isStalled, "one stall at a time");
                    _isStalled = true;
                    break;
                case PullNoteKind.Resumed:
                    Assert.True(_isStalled, "a stall before its end");
                    (_isStalled, _isAlarmed) = (false, false);
                    break;
                case PullNoteKind.Notice when note.Notice == NatsJSNotificationKind.Discarded:
                    Assert.True(note.Count > 0, "a number");
                    break;
                case PullNoteKind.HeartbeatAlarm:
                    Assert.False(_isAlarmed && _isStalled, "one alarm per silence");
                    _isAlarmed = true;
                    break;
            }
        }
    }
}
