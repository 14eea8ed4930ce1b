namespace Earshot.Fleet;

/// <summary>What a collector has done since it was started.</summary>
public sealed record FleetCollectorCounters
{
    /// <summary>The number of events that servers have sent.</summary>
    public long Received { get; init; }

    /// <summary>The number of messages that were no events of a known form, and of rounds of questions whose answers could not be processed; they were ignored.</summary>
    public long Ignored { get; init; }

    /// <summary>The number of records that the stream has acknowledged, without duplicates.</summary>
    public long Stored { get; init; }

    /// <summary>The number of records that the stream had already, from another collector or from this one, whose acknowledgement was lost.</summary>
    public long Duplicates { get; init; }

    /// <summary>The number of stored records about closed connections that came from lists of servers, because no event of the end was received.</summary>
    public long Filled { get; init; }

    /// <summary>The number of records that were dropped because the stream did not take them and there was no space to hold more.</summary>
    public long Dropped { get; init; }

    /// <summary>The number of attempts to store a record that failed and were, or will be, repeated.</summary>
    public long Retries { get; init; }

    /// <summary>The number of records that the stream has not acknowledged yet.</summary>
    public int Held { get; init; }

    /// <summary>The size of the records that the stream has not acknowledged yet, in bytes.</summary>
    public long HeldBytes { get; init; }

    /// <summary>The number of servers that answer.</summary>
    public int Servers { get; init; }

    /// <summary>The number of servers that do not answer, and have announced nothing.</summary>
    public int SilentServers { get; init; }

    /// <summary>The number of open connections, as far as is known.</summary>
    public int Connections { get; init; }

    /// <summary>How often the collector itself may have missed events, because its connection was lost or its queue was full.</summary>
    public int Absences { get; init; }

    /// <summary>When the last record was acknowledged, by the clock of the collector; null before the first.</summary>
    public DateTimeOffset? LastStored { get; init; }

    /// <summary>Why records cannot be stored at the moment; null while they can.</summary>
    public string? Trouble { get; init; }
}
