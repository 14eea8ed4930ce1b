namespace Earshot;

/// <summary>Facts about a message that are known without reading its content.</summary>
[Flags]
public enum NatsMsgFlags : byte
{
    /// <summary>An ordinary message with a payload.</summary>
    None = 0,

    /// <summary>The payload has no bytes.</summary>
    Empty = 1,

    /// <summary>The message is a no-responders reply: the subject of a request has no subscribers (status 503).</summary>
    NoResponders = 2,
}
