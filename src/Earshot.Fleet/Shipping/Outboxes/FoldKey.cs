namespace Earshot.Fleet.Shipping;

/// <summary>What failed attempts have in common that are folded into one entry.</summary>
internal readonly record struct FoldKey(int Outage, string? Server, NatsConnectPhase? Phase, string? Exception, string? Reason)
{
    public static FoldKey Of(JournalEntry entry) => new(entry.Outage, entry.Server?.Url, entry.Phase, entry.Exception, entry.Reason);
}
