namespace Earshot.JetStream;

/// <summary>What is known of a publish.</summary>
public enum NatsJSPublishOutcome
{
    /// <summary>The stream has it.</summary>
    Stored = 0,

    /// <summary>The stream had a message with this id before; this one was not stored.</summary>
    Duplicate = 1,

    /// <summary>The stream does not have it: the server, or the absence of a stream, refused it.</summary>
    Rejected = 2,

    /// <summary>It was never written to a server.</summary>
    NotSent = 3,

    /// <summary>It was sent, and it is not known whether the stream has it.</summary>
    Unknown = 4,
}
