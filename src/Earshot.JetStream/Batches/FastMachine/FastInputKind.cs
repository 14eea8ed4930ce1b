namespace Earshot.JetStream.Batches;

/// <summary>Specifies the kind of an input of the fast batch machine.</summary>
internal enum FastInputKind : byte
{
    /// <summary>The application adds a message.</summary>
    Add,

    /// <summary>The application commits; the message of the commit, if there is one, was added before.</summary>
    Commit,

    /// <summary>The server has all messages up to a number.</summary>
    Ack,

    /// <summary>Messages are missing.</summary>
    Gap,

    /// <summary>The server rejected one message.</summary>
    MessageRefused,

    /// <summary>The server has ended the batch, after a number of messages.</summary>
    Ended,

    /// <summary>The server answered with the ack of a single message: it does not know fast batches.</summary>
    StoredAlone,

    /// <summary>The server rejected the batch, or does not know it any more.</summary>
    Refused,

    /// <summary>A message had no responders (status 503).</summary>
    NoResponders,

    /// <summary>The server does not allow a publish or the subscription of the inbox.</summary>
    Denied,

    /// <summary>A session was lost with messages that have no ack.</summary>
    SessionLost,

    /// <summary>A message could not be written.</summary>
    CannotWrite,

    /// <summary>The caller cancelled the write of a message or a ping: the batch continues, and the message is written later.</summary>
    NotWritten,

    /// <summary>The due time of the state was reached.</summary>
    Due,

    /// <summary>The caller cancelled the commit.</summary>
    Cancelled,

    /// <summary>The connection has ended.</summary>
    ConnectionEnded,
}
