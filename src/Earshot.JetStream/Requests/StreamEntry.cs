namespace Earshot.JetStream.Requests;

/// <summary>What a connection knows of one stream. Locks itself; no other code is called under the lock.</summary>
internal sealed class StreamEntry(string? domain, string name)
{
    private volatile bool _hasDelayed;

    public string? Domain { get; } = domain;

    public string Name { get; } = name;

    /// <summary>The highest sequence that was certainly stored.</summary>
    public ulong Highest { get; set; }

    /// <summary>The highest sequence of a publish that was acknowledged.</summary>
    public AckHistory Acks { get; } = new();

    /// <summary>The number of regressions of the stream's sequences.</summary>
    public int Falls { get; set; }

    public DateTimeOffset Created { get; set; }

    /// <summary>The start of a consumer that was reported because it was beyond the end of the stream; 0: none.</summary>
    public ulong StartBeyond { get; set; }

    /// <summary>The time for which the stream remembers message ids; null when it is not known.</summary>
    public TimeSpan? DuplicateWindow { get; set; }

    /// <summary>Whether publishes to the stream may wait for their next attempt. Read and set without the lock.</summary>
    public bool HasDelayed
    {
        get => _hasDelayed;
        set => _hasDelayed = value;
    }
}
