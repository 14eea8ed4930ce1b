namespace Earshot.JetStream.Batches;

/// <summary>Specifies the kind of an input of the batch machine.</summary>
internal enum BatchInputKind : byte
{
    /// <summary>The application adds a message.</summary>
    Add,

    /// <summary>The application commits with a message that is stored.</summary>
    Commit,

    /// <summary>The application commits without a further message.</summary>
    CommitWithoutMessage,

    /// <summary>The application sends a broken batch again.</summary>
    Resend,

    /// <summary>The commit was appended to the outbound buffer.</summary>
    CommitWritten,

    /// <summary>The message, the commit or the repeated batch could not be written completely, so that the commit was not written.</summary>
    CannotWrite,

    /// <summary>The server has received a message: an empty answer.</summary>
    Accepted,

    /// <summary>The server answered with the ack of a batch.</summary>
    Committed,

    /// <summary>The server answered with the ack of a single message: it does not know batches.</summary>
    StoredAlone,

    /// <summary>The server answered with an error.</summary>
    Refused,

    /// <summary>A message had no responders (status 503).</summary>
    NoResponders,

    /// <summary>The server does not allow publishing to a subject, or the subscription of the inbox.</summary>
    Denied,

    /// <summary>The session was lost. The commit, if there is one, was not kept for the next session.</summary>
    SessionLost,

    /// <summary>The stream has the last message of the batch.</summary>
    FoundOurs,

    /// <summary>The last message of the subject is another one.</summary>
    FoundAnother,

    /// <summary>The last message of the subject could not be read.</summary>
    NotFoundOut,

    /// <summary>The due time of the state was reached.</summary>
    Due,

    /// <summary>The caller cancelled its call.</summary>
    Cancelled,

    /// <summary>The connection has ended.</summary>
    ConnectionEnded,
}
