namespace Earshot.Dashboard.Feeds;

/// <summary>A connection at this moment, with its rates of the last second.</summary>
/// <param name="Track">The index of the connection.</param>
/// <param name="State">The state.</param>
internal sealed record NowRow(int Track, string State)
{
    /// <summary>The server of the session; null while there is none.</summary>
    public string? Server { get; init; }

    /// <summary>Messages per second that were read.</summary>
    public double MsgsIn { get; init; }

    /// <summary>Messages per second that were written.</summary>
    public double MsgsOut { get; init; }

    /// <summary>Bytes per second that were read.</summary>
    public double BytesIn { get; init; }

    /// <summary>Bytes per second that were written.</summary>
    public double BytesOut { get; init; }

    /// <summary>Messages that wait to be written.</summary>
    public long Pending { get; init; }

    /// <summary>Bytes that wait to be written.</summary>
    public long PendingBytes { get; init; }

    /// <summary>Requests that wait for a reply.</summary>
    public long Requests { get; init; }

    /// <summary>Subscriptions.</summary>
    public long Subscriptions { get; init; }

    /// <summary>Reconnects since the connection was created.</summary>
    public long Reconnects { get; init; }

    /// <summary>The last round trip, in seconds; null before the first.</summary>
    public double? Rtt { get; init; }
}
