namespace Earshot.JetStream;

/// <summary>Specifies how the clients of a priority group share a consumer (ADR-42).</summary>
public enum ConsumerConfigPriorityPolicy
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>The consumer has no priority groups.</summary>
    None = 0,

    /// <summary>Pull requests with the lowest priority number are served first (since server 2.12).</summary>
    Prioritized = 1,

    /// <summary>A pull request is served only while enough messages are pending (since server 2.11).</summary>
    Overflow = 2,

    /// <summary>One client, the pinned client, is served at a time (since server 2.11).</summary>
    PinnedClient = 3,
}
