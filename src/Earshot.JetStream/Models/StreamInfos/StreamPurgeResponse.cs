namespace Earshot.JetStream;

/// <summary>Answer to a purge.</summary>
public record StreamPurgeResponse
{
    /// <summary>It is done.</summary>
    public bool Success { get; set; }

    /// <summary>Number of messages dropped.</summary>
    public long Purged { get; set; }
}
