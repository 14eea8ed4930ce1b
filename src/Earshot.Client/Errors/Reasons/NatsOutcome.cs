namespace Earshot;

/// <summary>What is known about the outcome of a message or operation that failed.</summary>
public enum NatsOutcome
{
    /// <summary>The server never received the message; it is safe to send it again.</summary>
    NotSent = 0,

    /// <summary>The server rejected the message, or it had no responder; it had no effect.</summary>
    Rejected = 1,

    /// <summary>The message may or may not have reached the server; send it again only if a duplicate does no harm.</summary>
    Unknown = 2,
}
