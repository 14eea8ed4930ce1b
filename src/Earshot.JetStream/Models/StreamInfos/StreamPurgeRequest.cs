namespace Earshot.JetStream;

/// <summary>Which messages to drop; empty: all.</summary>
public record StreamPurgeRequest
{
    /// <summary>Only these subjects.</summary>
    public string? Filter { get; set; }

    /// <summary>Everything below this sequence. Excludes <see cref="Keep"/>.</summary>
    public ulong Seq { get; set; }

    /// <summary>All but this many of the newest. Excludes <see cref="Seq"/>.</summary>
    public ulong Keep { get; set; }
}
