namespace Earshot.JetStream.Requests;

/// <summary>What a connection knows of one stream. Guards itself by its own lock, under which nothing else is called.</summary>
internal sealed class StreamEntry(string? domain, string name)
{
    public string? Domain { get; } = domain;

    public string Name { get; } = name;

    /// <summary>The highest sequence that was certainly stored.</summary>
    public ulong Highest { get; set; }

    /// <summary>How often the sequences of the stream fell.</summary>
    public int Falls { get; set; }

    public DateTimeOffset Created { get; set; }

    /// <summary>How long it remembers message ids; null: not known.</summary>
    public TimeSpan? DuplicateWindow { get; set; }
}
