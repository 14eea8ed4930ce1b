namespace Earshot.JetStream.Batches;

/// <summary>Specifies what the engine must do next for a fast batch.</summary>
internal enum FastOrder : byte
{
    /// <summary>Do nothing until the next input or the due time.</summary>
    Wait,

    /// <summary>Write the first message of the batch.</summary>
    SendStart,

    /// <summary>Write the next message.</summary>
    Send,

    /// <summary>Write the last message, with the commit.</summary>
    SendCommit,

    /// <summary>Write a commit without a message.</summary>
    SendEnd,

    /// <summary>Ask the server for its last ack.</summary>
    Ping,

    /// <summary>Take a new id: the messages without an ack are sent again.</summary>
    StartAgain,

    /// <summary>Report messages that are not stored.</summary>
    ReportLoss,

    /// <summary>Throw: the batch has ended.</summary>
    RejectOver,

    /// <summary>Throw: the server rejected the batch. Nothing of it is stored.</summary>
    FailRefused,

    /// <summary>Throw: the first message had no responders.</summary>
    FailNoResponders,

    /// <summary>Throw: the server does not allow the publish.</summary>
    FailDenied,

    /// <summary>Throw: the message was not written, and all before it are stored.</summary>
    FailNotWritten,

    /// <summary>Throw: the server stores messages of batches one by one.</summary>
    EndNotSupported,

    /// <summary>End: all messages are stored, except those that were reported.</summary>
    EndStored,

    /// <summary>End: only the first messages are stored.</summary>
    EndIncomplete,

    /// <summary>End: unknown whether the messages without an ack are stored.</summary>
    EndUnknown,

    /// <summary>End: cancelled, and unknown whether the messages without an ack are stored.</summary>
    EndCancelledUnknown,
}
