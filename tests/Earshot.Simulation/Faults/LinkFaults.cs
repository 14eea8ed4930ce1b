using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Faults;

/// <summary>The faults of one link.</summary>
internal static class LinkFaults
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    public static void Inject(FaultKind kind, Link link, Chance chance)
    {
        switch (kind)
        {
            case FaultKind.Reset:
                link.Reset();
                break;
            case FaultKind.Close:
                link.CloseFromServer();
                break;
            case FaultKind.Stall:
                (bool up, bool down) = Directions(chance);
                link.Stall(up, down, Duration(chance));
                break;
            case FaultKind.BlackHole:
                (up, down) = Directions(chance);
                link.BecomeBlackHole(up, down);
                break;
            case FaultKind.Slow:
                link.SlowDown(chance.Spread(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(2)), Duration(chance));
                break;
            case FaultKind.FailWrites:
                link.FailWrites();
                break;
            case FaultKind.Inject:
                link.Inject(HostileBytes.Line(chance));
                break;
        }
    }

    private static TimeSpan Duration(Chance chance) => chance.Spread(TimeSpan.FromMilliseconds(10), s_longest);

    private static (bool Up, bool Down) Directions(Chance chance) => chance.Below(3) switch
    {
        0 => (true, false),
        1 => (false, true),
        _ => (true, true),
    };
}
