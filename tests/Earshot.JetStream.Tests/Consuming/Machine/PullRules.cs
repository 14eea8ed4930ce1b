using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The rules of a read: amounts, reports and timers after each input.</summary>
internal sealed class PullRules(PullSettings settings)
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
