namespace Earshot.JetStream;

/// <summary>Which messages have to be acknowledged.</summary>
public enum ConsumerConfigAckPolicy
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>Each one.</summary>
    Explicit = 0,

    /// <summary>An ack counts for all earlier messages too.</summary>
    All = 1,

    /// <summary>None.</summary>
    None = 2,

    /// <summary>By answers to flow control (since 2.14).</summary>
    FlowControl = 3,
}
