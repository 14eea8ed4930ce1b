namespace Earshot;

/// <summary>What became of a message that could not be delivered as asked.</summary>
public enum NatsOutcome
{
    /// <summary>The server never saw it; sending it again is safe.</summary>
    NotSent = 0,

    /// <summary>The server, or the absence of a responder, refused it; it had no effect.</summary>
    Rejected = 1,

    /// <summary>It may or may not have reached the server; send it again only where a duplicate does no harm.</summary>
    Unknown = 2,
}
