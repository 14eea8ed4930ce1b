using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>How an append ended.</summary>
[ForExtensions]
internal enum AppendResult
{
    Appended,

    /// <summary>No room; wait for some and try again.</summary>
    MustWait,

    /// <summary>No live session, and this message may not wait in the buffer for one.</summary>
    NoSession,

    /// <summary>The buffer is full and the policy is to fail.</summary>
    Full,

    /// <summary>Above the payload limit of the server.</summary>
    TooLarge,

    /// <summary>The connection is closed for good.</summary>
    Closed,
}
