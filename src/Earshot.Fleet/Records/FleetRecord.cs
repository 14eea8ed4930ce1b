namespace Earshot.Fleet;

/// <summary>One fact about a connection or a server, from a journal of a client or from a server. Immutable.</summary>
public abstract record FleetRecord
{
    private protected FleetRecord()
    {
    }

    /// <summary>The version of the JSON form of records that this package writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>When it happened, by the clock of the client or server that reports it, in UTC.</summary>
    public abstract DateTimeOffset Time { get; }
}
