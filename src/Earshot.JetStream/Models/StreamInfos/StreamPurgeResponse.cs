namespace Earshot.JetStream;

/// <summary>Response to the purge of a stream.</summary>
public record StreamPurgeResponse
{
    /// <summary>Whether the purge was performed.</summary>
    public bool Success { get; set; }

    /// <summary>The number of purged messages.</summary>
    public long Purged { get; set; }
}
