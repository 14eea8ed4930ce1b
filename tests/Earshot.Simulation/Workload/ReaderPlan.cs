using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Workload;

/// <summary>One subscription of the workload.</summary>
/// <param name="Subject">A subject, or a pattern.</param>
/// <param name="QueueGroup">The queue group; null: none.</param>
/// <param name="MaxMsgs">After how many messages it ends; null: it does not.</param>
/// <param name="Handler">How its messages are handled.</param>
internal sealed record ReaderPlan(string Subject, string? QueueGroup, int? MaxMsgs, HandlerKind Handler)
{
    private const int Subjects = 6;

    /// <summary>Whether a message to its subject must arrive promptly.</summary>
    public bool IsProbed => QueueGroup is null && MaxMsgs is null && Handler != HandlerKind.Replies;

    public static string AnySubject(Chance chance) => $"s.{chance.Below(Subjects)}";

    public static string AnyService(Chance chance) => $"svc.{chance.Below(3)}";

    public static ReaderPlan Draw(Chance chance) =>
        chance.Is(0.25)
            ? new ReaderPlan(AnyService(chance), chance.Is(0.5) ? "workers" : null, null, HandlerKind.Replies)
            : new ReaderPlan(
                chance.Is(0.25) ? chance.Of("s.*", "s.>") : AnySubject(chance),
                chance.Is(0.2) ? "q" : null,
                chance.Is(0.25) ? chance.Between(1, 40) : null,
                chance.Of(HandlerKind.Reads, HandlerKind.Reads, HandlerKind.IsSlow, HandlerKind.Blocks, HandlerKind.Reenters));
}
