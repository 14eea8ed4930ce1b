using CsCheck;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The invariants of a read, for any order of inputs.</summary>
public sealed class RandomWalkTests
{
    private static readonly Gen<(int Input, int Amount)[]> s_walk = Gen.Select(Gen.Int[0, PullInputs.Count - 1], Gen.Int[0, 10]).Array[0, 120];

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
        foreach ((int first, int amount) in from input in Enumerable.Range(0, PullInputs.Count) from amount in amounts select (input, amount))
        {
            foreach ((int second, int other) in from input in Enumerable.Range(0, PullInputs.Count) from amount2 in amounts.Prepend(0) select (input, amount2))
            {
                Walk(MachineRig.Ten, [(first, amount), (second, other), (4, 1)]);
            }
        }
    }

    private static void Walk(PullSettings settings, (int Input, int Amount)[] steps)
    {
        var rig = MachineRig.Started(settings);
        var rules = new PullRules(settings);
        foreach ((int input, int amount) in steps)
        {
            PullInputs.Give(rig, input, amount);
            rules.Check(rig);
        }

        if (!rig.Machine.IsOver)
        {
            rig.Machine.Stop(50 * TimeSpan.TicksPerMillisecond, rig.Now);
            rig.Pass(5);
            rules.Check(rig);
            Assert.True(rig.Machine.IsOver, "a stop ends within five seconds");
        }

        PullAmounts amounts = rig.Machine.Amounts;
        rig.Processed((int)amounts.BufferedMsgs);
        Assert.Equal((0, 0, 0), (amounts.Buffered, amounts.BufferedMsgs, amounts.Outstanding));
        Assert.Equal(amounts.Asked, amounts.Delivered + amounts.Ended + amounts.Retired);
    }
}
