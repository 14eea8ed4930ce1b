namespace Earshot.Fleet.Analysis;

/// <summary>One connection as its server sees it, merged from all records about it. Times are corrected.</summary>
internal sealed record ServerSession(SessionKey Key)
{
    public ServerClient Client { get; init; } = new(Key.ClientId);

    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? Stop { get; init; }

    public string? Reason { get; init; }

    /// <summary>Whether a record shows it as accepted: it was open once.</summary>
    public bool WasOpen { get; init; }

    /// <summary>When it was seen open the last time.</summary>
    public DateTimeOffset? SeenOpen { get; init; }

    /// <summary>The number of records, which grows when more arrive.</summary>
    public int Records { get; init; }

    /// <summary>Who it is, where neither ids nor a journal say it.</summary>
    public (string? Account, string? User, string? Name, string? Ip) Identity => (Client.Account, Client.User, Client.Name, Client.Ip);
}
