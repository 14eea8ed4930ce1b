namespace Earshot.JetStream;

/// <summary>Request to purge a stream. Without any value set, all messages are purged.</summary>
public record StreamPurgeRequest
{
    /// <summary>Purge only messages of this subject; wildcards are allowed. Null: all subjects.</summary>
    public string? Filter { get; set; }

    /// <summary>Purge only messages below this sequence; 0: no limit. Mutually exclusive with <see cref="Keep"/>.</summary>
    public ulong Seq { get; set; }

    /// <summary>The number of newest messages to keep; 0: none. Mutually exclusive with <see cref="Seq"/>.</summary>
    public ulong Keep { get; set; }
}
