namespace Earshot.JetStream;

/// <summary>How clients share a consumer (ADR-42).</summary>
public enum ConsumerConfigPriorityPolicy
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>Without priorities.</summary>
    None = 0,

    /// <summary>The lowest priority is served first (since 2.12).</summary>
    Prioritized = 1,

    /// <summary>A client is served while enough is pending (since 2.11).</summary>
    Overflow = 2,

    /// <summary>One client is served at a time (since 2.11).</summary>
    PinnedClient = 3,
}
