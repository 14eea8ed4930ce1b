namespace Earshot.Fleet.Analysis;

/// <summary>Everything that is known about one loss, before its verdict.</summary>
internal sealed record LossCase
{
    /// <summary>The earliest time of the loss, corrected.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The latest time of the loss, corrected.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The server's half; null without one.</summary>
    public ServerSession? Session { get; init; }

    /// <summary>The client's half; null without one.</summary>
    public JournalFacts? Journal { get; init; }

    /// <summary>The session in the journal; null without one.</summary>
    public JournalSession? Own { get; init; }

    /// <summary>The attempt that failed, when a client was refused.</summary>
    public JournalEntry? Attempt { get; init; }

    /// <summary>Whether the journal ends with this session, although the connection was not closed.</summary>
    public bool JournalStops { get; init; }

    /// <summary>Whether the client was refused and had no connection.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>The server; null if it is not known.</summary>
    public ServerFacts? Server { get; init; }

    /// <summary>Why the connection ended, in the words of the server.</summary>
    public string? ServerReason => Session?.Stop is null ? null : Session.Reason;

    /// <summary>Why the connection ended, in the words of the client.</summary>
    public NatsDisconnectReason? ClientReason => Own?.End is { } end && Enum.TryParse(end.Reason, out NatsDisconnectReason reason) ? reason : null;
}
