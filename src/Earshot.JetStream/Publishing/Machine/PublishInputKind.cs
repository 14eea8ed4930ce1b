namespace Earshot.JetStream.Publishing;

/// <summary>Specifies the kind of an input of the publish machine.</summary>
internal enum PublishInputKind : byte
{
    /// <summary>The frame was appended to the outbound buffer of an open session.</summary>
    Written,

    /// <summary>No session accepts the frame.</summary>
    NoSession,

    /// <summary>There is no space in the outbound buffer.</summary>
    NoRoom,

    /// <summary>A held publish may be written.</summary>
    Released,

    /// <summary>There is space in the outbound buffer, granted in turn.</summary>
    TurnCame,

    /// <summary>A session is open, or starts.</summary>
    SessionThere,

    /// <summary>The publish cannot be written at all.</summary>
    CannotWrite,

    /// <summary>The stream stored the message.</summary>
    Acked,

    /// <summary>The stream already had a message with this message id.</summary>
    AckedDuplicate,

    /// <summary>The server answered with an error.</summary>
    Refused,

    /// <summary>The publish had no responders (status 503).</summary>
    NoResponders,

    /// <summary>The server answered that no stream has the subject.</summary>
    NoStream,

    /// <summary>The server does not allow publishing to the subject.</summary>
    Denied,

    /// <summary>The due time of the state was reached.</summary>
    Due,

    /// <summary>The stream has stored another message, so that it is available.</summary>
    StreamAvailable,

    /// <summary>The session to which the publish was written was lost.</summary>
    SessionLost,

    /// <summary>The stream has the message of this publish.</summary>
    FoundOurs,

    /// <summary>The stream certainly has not stored the message: another one follows the expected position.</summary>
    FoundAnother,

    /// <summary>It was not found out whether the stream has stored the message.</summary>
    NotFoundOut,

    /// <summary>No message follows the expected position, although the expectation was not met: the leader does not have all messages yet.</summary>
    FoundNothing,

    /// <summary>The server did not answer whether the stream has stored the message.</summary>
    LookUpUnanswered,

    /// <summary>The caller cancelled the publish.</summary>
    Cancelled,

    /// <summary>The connection has ended.</summary>
    ConnectionEnded,
}
