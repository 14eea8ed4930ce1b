namespace Earshot.JetStream;

/// <summary>Specifies what is known of the outcome of a publish.</summary>
public enum NatsJSPublishOutcome
{
    /// <summary>The stream stored the message.</summary>
    Stored = 0,

    /// <summary>The stream already had a message with this message id and did not store this one.</summary>
    Duplicate = 1,

    /// <summary>The message was not stored: the server rejected it, or no stream has its subject.</summary>
    Rejected = 2,

    /// <summary>The message was not written to a server.</summary>
    NotSent = 3,

    /// <summary>The message was sent, and it is unknown whether the stream stored it.</summary>
    Unknown = 4,
}
