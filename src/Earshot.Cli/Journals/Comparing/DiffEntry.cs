namespace Earshot.Cli.Journals;

/// <summary>One step of the comparison: an event of both journals, or of one; the other is null.</summary>
internal sealed record DiffEntry(NatsConnectionEvent? A, NatsConnectionEvent? B)
{
    /// <summary>The values that differ, where both have the event.</summary>
    public IReadOnlyList<DifferentValue> Values { get; init; } = [];

    public NatsConnectionEvent Event => A ?? B!;

    public bool IsEqual => A is not null && B is not null && Values.Count == 0;
}
