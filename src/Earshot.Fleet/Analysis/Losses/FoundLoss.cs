namespace Earshot.Fleet.Analysis;

/// <summary>A loss with what grouping needs of it.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Key">Names it in all runs over the same records, whatever their clocks say.</param>
/// <param name="Facts">The number of facts about it, which only grows when more records arrive.</param>
internal sealed record FoundLoss(FleetLoss Loss, string Key, int Facts) : IComparable<FoundLoss>
{
    /// <summary>Whether the journal of the client has the loss.</summary>
    public bool IsSeen { get; init; }

    public DateTimeOffset At => Loss.From;

    public int CompareTo(FoundLoss? other) =>
        other is null ? 1 : At.CompareTo(other.At) is not 0 and var order ? order : string.CompareOrdinal(Key, other.Key);
}
