namespace Earshot.JetStream.Publishing;

/// <summary>What happened to a publish.</summary>
internal enum PublishInputKind : byte
{
    /// <summary>The frame is in the outbound buffer of a live session.</summary>
    Written,

    /// <summary>There is no session that takes it.</summary>
    NoSession,

    /// <summary>There is no room in the outbound buffer.</summary>
    NoRoom,

    /// <summary>There is room, and it is its turn.</summary>
    TurnCame,

    /// <summary>A session is there, or begins.</summary>
    SessionThere,

    /// <summary>It cannot be written at all.</summary>
    CannotWrite,

    /// <summary>The stream has stored it.</summary>
    Acked,

    /// <summary>The stream had its id already.</summary>
    AckedDuplicate,

    /// <summary>An error came.</summary>
    Refused,

    /// <summary>No one listens (status 503).</summary>
    NoResponders,

    /// <summary>The server said that no stream has the subject.</summary>
    NoStream,

    /// <summary>The server does not allow to publish to the subject.</summary>
    Denied,

    /// <summary>The time that the state asked for has come.</summary>
    Due,

    /// <summary>The session that carried it is lost.</summary>
    SessionLost,

    /// <summary>The stream has the message.</summary>
    FoundOurs,

    /// <summary>The stream does not have it.</summary>
    FoundAnother,

    /// <summary>The stream could not be asked.</summary>
    NotFoundOut,

    /// <summary>The caller gives up.</summary>
    Cancelled,

    /// <summary>The connection is over.</summary>
    ConnectionEnded,
}
