namespace Earshot.Fleet;

/// <summary>A connection that was lost, or a client that was refused, with the evidence of both halves.</summary>
public sealed record FleetLoss
{
    /// <summary>The id of the server; null if the client does not know it.</summary>
    public string? ServerId { get; init; }

    /// <summary>The name of the server, or its id or URL where it has none.</summary>
    public required string Server { get; init; }

    /// <summary>The id that the server gave the client (<c>cid</c>); null if unknown.</summary>
    public ulong? ClientId { get; init; }

    /// <summary>The id of the connection in its journal; null without a journal.</summary>
    public string? ConnectionId { get; init; }

    /// <summary>The number of the session in its journal; 0 without a journal.</summary>
    public int Session { get; init; }

    /// <summary>The name of the client; null if unknown.</summary>
    public string? Name { get; init; }

    /// <summary>The process of the client, as its journal names service and instance, such as <c>orders-api/7f3c9a</c>; null if unknown.</summary>
    public string? Process { get; init; }

    /// <summary>The account of the client; null if unknown.</summary>
    public string? Account { get; init; }

    /// <summary>The user of the client; null if unknown.</summary>
    public string? User { get; init; }

    /// <summary>The address of the client; null if unknown.</summary>
    public string? Host { get; init; }

    /// <summary>The earliest time of the loss, corrected by what is known of the clocks, in UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The latest time of the loss; equal to <see cref="From"/> when it was reported.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Whether the client was refused and had no connection.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>Why the connection was lost.</summary>
    public required FleetVerdict Verdict { get; init; }

    /// <summary>The cause in words.</summary>
    public required string Cause { get; init; }

    /// <summary>What the client's journal says; null without one.</summary>
    public string? ClientSays { get; init; }

    /// <summary>What the server says, in its own words; null if it says nothing.</summary>
    public string? ServerSays { get; init; }

    /// <summary>What became of the client.</summary>
    public FleetOutcome Outcome { get; init; }

    /// <summary>How long the client had no connection; null if it is not back or it is not known.</summary>
    public TimeSpan? Downtime { get; init; }

    /// <summary>The name of the server that the client uses now; null if it is not back.</summary>
    public string? BackOn { get; init; }

    /// <summary>Failed attempts to connect again; of a refusal, the number of attempts that it represents.</summary>
    public long FailedAttempts { get; init; }

    /// <summary>Where the last of these attempts failed, such as <c>TLS on n1</c>; null without one.</summary>
    public string? LastFailure { get; init; }

    /// <summary>What became of the client, in words.</summary>
    public required string OutcomeText { get; init; }
}
