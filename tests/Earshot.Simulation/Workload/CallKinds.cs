using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Workload;

/// <summary>How often a client makes which call.</summary>
internal static class CallKinds
{
    private static readonly (CallKind Kind, int Weight)[] s_usual =
    [
        (CallKind.Publish, 400),
        (CallKind.Request, 100),
        (CallKind.Subscribe, 40),
        (CallKind.Unsubscribe, 25),
        (CallKind.DrainSubscription, 10),
        (CallKind.Flush, 60),
        (CallKind.FlushWithMark, 30),
        (CallKind.Ping, 30),
        (CallKind.Reconnect, 6),
        (CallKind.Drain, 1),
        (CallKind.Close, 1),
        (CallKind.Dispose, 1),
    ];

    /// <summary>The usual weights without some kinds, because calls that always come together hide what each causes alone.</summary>
    public static IReadOnlyList<(CallKind Value, int Weight)> Draw(Chance chance) =>
        [.. s_usual.Where(usual => usual.Kind == CallKind.Publish || chance.Is(0.75)).Select(usual => (usual.Kind, usual.Weight))];
}
