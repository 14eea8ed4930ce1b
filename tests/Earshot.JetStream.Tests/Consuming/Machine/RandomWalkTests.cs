using CsCheck;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The invariants of a read, for any order of inputs.</summary>
public sealed class RandomWalkTests
{
    private static readonly Gen<(int Input, int Amount)[]> s_walk = Gen.Select(Gen.Int[0, 17], Gen.Int[0, 10]).Array[0, 120];

    [Fact]
    public void Consume_keeps_its_invariants_for_any_order_of_inputs() => s_walk.Sample(steps => Walk(MachineRig.Ten, steps), iter: 3_000);

    [Fact]
    public void Consume_in_bytes_keeps_its_invariants() =>
        s_walk.Sample(steps => Walk(MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 500 }, steps), iter: 1_500);

    [Fact]
    public void Single_pull_keeps_its_invariants() => s_walk.Sample(steps => Walk(MachineRig.Fetch, steps), iter: 1_500);

    [Fact]
    public void Invariants_hold_after_any_two_inputs_at_zero_one_threshold_and_maximum()
    {
        int[] amounts = [1, 5, 10];
        foreach ((int first, int amount) in from input in Enumerable.Range(0, 18) from amount in amounts select (input, amount))
        {
            foreach ((int second, int other) in from input in Enumerable.Range(0, 18) from amount2 in amounts.Prepend(0) select (input, amount2))
            {
                Walk(MachineRig.Ten, [(first, amount), (second, other), (4, 1)]);
            }
        }
    }

    private static void Walk(PullSettings settings, (int Input, int Amount)[] steps)
    {
        var rig = MachineRig.Started(settings);
        var told = new Tale(settings);
        foreach ((int input, int amount) in steps)
        {
            Step(rig, input, amount);
            told.Check(rig);
        }

        if (!rig.Machine.IsOver)
        {
            rig.Machine.Stop(50 * TimeSpan.TicksPerMillisecond, rig.Now);
            rig.Pass(5);
            told.Check(rig);
            Assert.True(rig.Machine.IsOver, "a stop ends within five seconds");
        }

        PullAmounts amounts = rig.Machine.Amounts;
        rig.Processed((int)amounts.BufferedMsgs);
        Assert.Equal((0, 0, 0), (amounts.Buffered, amounts.BufferedMsgs, amounts.Outstanding));
        Assert.Equal(amounts.Asked, amounts.Delivered + amounts.Ended + amounts.Retired);
    }

    private static void Step(MachineRig rig, int input, int amount)
    {
        PullMachine machine = rig.Machine;
        switch (input)
        {
            case 0: rig.Message((int)Math.Min(Math.Max(1, amount), Math.Max(0, Room(rig)))); break;
            case 1: rig.Processed((int)Math.Min(amount, machine.Amounts.BufferedMsgs)); break;
            case 2: rig.Pass(amount / 4.0); break;
            case 3: rig.Pass(amount * 3); break;
            case 4: rig.Heartbeat(); break;
            case 5: rig.Status(PullStatusKind.PullEnded, 408, amount, amount * 100); break;
            case 6: rig.Status(PullStatusKind.SizeExceeded, 409, amount, amount * 100); break;
            case 7: rig.Status(PullStatusKind.LeadershipChange); break;
            case 8: rig.Status(PullStatusKind.NoResponders, 503); break;
            case 9: rig.Answer(PullProbeKind.Exists, new PullFacts { IsPaused = amount > 5 }); break;
            case 10: rig.Answer(PullProbeKind.Unavailable); break;
            case 11: rig.Reconnect(); break;
            case 12: machine.SessionLost(rig.Now); break;
            case 13: machine.SessionStarting(rig.Now); break;
            case 14: rig.Status(PullStatusKind.Unknown, 499); break;
            case 15: rig.Status(PullStatusKind.ServerShutdown, 409, amount, 0); break;
            case 16: FailToSend(rig); break;
            default: rig.Status(PullStatusKind.TooManyPulls); break;
        }
    }

    // Only a request that was just sent can fail.
    private static void FailToSend(MachineRig rig)
    {
        PullEffect ask = rig.LastAsk;
        long amount = rig.Machine.Settings.CountsBytes ? ask.Ask.MaxBytes : ask.Ask.Batch;
        if (ask.Epoch == rig.Machine.Epoch && amount == rig.Machine.Amounts.Outstanding)
        {
            rig.Machine.SendFailed(ask.Epoch, ask.Ask, rig.Now);
        }
    }

    // The server delivers no more than was requested.
    private static long Room(MachineRig rig) =>
        rig.Machine.Settings.CountsBytes ? rig.Machine.Amounts.Outstanding / 100 : rig.Machine.Amounts.Outstanding;

    /// <summary>The reports of one read.</summary>
    private sealed class Tale(PullSettings settings)
    {
        private bool _isStalled;
        private bool _isOver;

        public void Check(MachineRig rig)
        {
            PullMachine machine = rig.Machine;
            PullAmounts amounts = machine.Amounts;
            Assert.Equal(amounts.Asked, amounts.Delivered + amounts.Ended + amounts.Retired + amounts.Outstanding);
            Assert.True(amounts.Outstanding >= 0);
            Assert.True(settings.IsSingle || amounts.Pending <= settings.Capacity, "no capacity is requested twice");
            Assert.True(amounts.Buffered + machine.StillComing <= 2 * settings.Capacity, "no more than twice the maximum may be buffered");
            bool waits = machine.Phase is PullPhase.Asking or PullPhase.Flowing or PullPhase.Doubtful && amounts.Outstanding > 0 && !IsAsking(machine);
            Assert.True(!waits || machine.Due != PullTimes.Never, "a read that waits has a timer");
            foreach (PullEffect effect in machine.Effects)
            {
                See(effect);
                rig.LastAsk = effect.Kind == PullEffectKind.Ask ? effect : rig.LastAsk;
            }

            _isOver |= machine.IsOver;
            machine.Effects.Clear();
        }

        // A request for the info of the consumer always has a result.
        private static bool IsAsking(PullMachine machine) => machine.IsUndecided;

        private void See(PullEffect effect)
        {
            Assert.False(_isOver && effect.Kind is PullEffectKind.Ask or PullEffectKind.Subscribe or PullEffectKind.Report, "nothing after the end");
            switch (effect.Note?.Kind)
            {
                case PullNoteKind.Stalled:
                    Assert.False(_isStalled, "one stall at a time");
                    _isStalled = true;
                    break;
                case PullNoteKind.Resumed:
                    Assert.True(_isStalled, "a stall before its end");
                    _isStalled = false;
                    break;
            }

            Assert.True(effect.Ask.Batch >= 0 && effect.Ask.MaxBytes >= 0 && effect.Ask.Expires >= 0);
            Assert.True(effect.Kind != PullEffectKind.Ask || effect.Ask.Batch > 0);
        }
    }
}
