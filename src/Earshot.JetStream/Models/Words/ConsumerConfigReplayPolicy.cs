namespace Earshot.JetStream;

/// <summary>How fast a consumer delivers.</summary>
public enum ConsumerConfigReplayPolicy
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>As fast as it can.</summary>
    Instant = 0,

    /// <summary>As fast as the messages were stored.</summary>
    Original = 1,
}
