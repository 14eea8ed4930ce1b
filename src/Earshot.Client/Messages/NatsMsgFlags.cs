namespace Earshot;

/// <summary>What is known of a message without looking into it.</summary>
[Flags]
public enum NatsMsgFlags : byte
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The payload has no bytes.</summary>
    Empty = 1,

    /// <summary>The server's answer that nobody subscribes to the subject of a request (status 503).</summary>
    NoResponders = 2,
}
