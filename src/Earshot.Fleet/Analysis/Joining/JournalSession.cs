namespace Earshot.Fleet.Analysis;

/// <summary>One session as the journal of its client has it. Times are those of the client.</summary>
internal sealed record JournalSession(int Number)
{
    public JournalServer? Server { get; init; }

    public ulong? ClientId { get; init; }

    public string? Ip { get; init; }

    /// <summary>When the client was connected; null if the journal does not reach back that far.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When the client began to connect; null if the journal does not reach back that far. The server accepted it between this time and <see cref="Started"/>.</summary>
    public DateTimeOffset? Begun { get; init; }

    /// <summary>The event of its end; null while the journal has none.</summary>
    public JournalEntry? End { get; init; }

    public SessionKey? Key => Server?.Id is { } id && ClientId is { } cid ? new SessionKey(id, cid) : null;
}
