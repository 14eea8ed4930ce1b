using System.Collections.Immutable;
using Earshot.JetStream.Consuming;
using Xunit.Sdk;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A read after some inputs, as a state of a specification: the inputs are given again to a new machine, and two reads are equal when their machines are.</summary>
internal sealed class PullWalk : IEquatable<PullWalk>
{
    private const int WhenDue = -1;
    private const int MostCalls = 20; // a closed inbox is removed, or a part of a second passes

    private readonly PullSettings _settings;
    private readonly ImmutableList<(int Input, int Amount)> _inputs;
    private readonly string _snapshot;

    private PullWalk(PullSettings settings, ImmutableList<(int Input, int Amount)> inputs)
    {
        (_settings, _inputs) = (settings, inputs);
        MachineRig rig = Replay(out string? violation);
        _snapshot = MachineSnapshot.Of(rig);
        (Phase, Violation) = (rig.Machine.Phase, violation);
        IsDue = rig.Machine.Due != PullTimes.Never;
        EndsWhenStopped = violation is not null || Stops(rig);
    }

    public PullPhase Phase { get; }

    /// <summary>The rule that the last input broke; null: none.</summary>
    public string? Violation { get; }

    public bool IsDue { get; }

    /// <summary>Whether the read ends within five seconds when it is stopped now.</summary>
    public bool EndsWhenStopped { get; }

    public bool IsOver => Phase is PullPhase.Ended or PullPhase.Lost;

    public static PullWalk Begin(PullSettings settings) => new(settings, []);

    /// <summary>The time passes until the machine must be called again, and it is called, until that has changed the state.</summary>
    public PullWalk ThenWhenDue()
    {
        PullWalk next = this;
        for (int calls = 0; calls < MostCalls && next.IsDue && next.Equals(this); calls++)
        {
            next = new PullWalk(_settings, next._inputs.Add((WhenDue, 0)));
        }

        return next;
    }

    public PullWalk Then(int input, int amount) => new(_settings, _inputs.Add((input, amount)));

    public bool Equals(PullWalk? other) => other is not null && _snapshot == other._snapshot && Violation == other.Violation;

    public override bool Equals(object? obj) => Equals(obj as PullWalk);

    public override int GetHashCode() => _snapshot.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _snapshot;

    private MachineRig Replay(out string? violation)
    {
        var rig = MachineRig.Started(_settings);
        var rules = new PullRules(_settings);
        violation = null;
        try
        {
            foreach ((int input, int amount) in _inputs)
            {
                if (input == WhenDue)
                {
                    rig.PassUntilDue();
                }
                else
                {
                    PullInputs.Give(rig, input, amount);
                }

                rules.Check(rig);
            }
        }
        catch (XunitException e)
        {
            violation = e.Message;
        }

        return rig;
    }

    private static bool Stops(MachineRig rig)
    {
        if (!rig.Machine.IsOver)
        {
            rig.Machine.Stop(50 * TimeSpan.TicksPerMillisecond, rig.Now);
            rig.Pass(5);
        }

        return rig.Machine.IsOver;
    }
}
