namespace Earshot.JetStream.Batches;

/// <summary>Specifies what the engine must do next for an atomic batch.</summary>
internal enum BatchOrder : byte
{
    /// <summary>Do nothing until the next input or the due time.</summary>
    Wait,

    /// <summary>Write the message without a reply subject, and return to the caller.</summary>
    Send,

    /// <summary>Write the message with a reply subject, and wait for the answer.</summary>
    SendAcked,

    /// <summary>Return to the caller: the server has received the message.</summary>
    Continue,

    /// <summary>Write the commit.</summary>
    SendCommit,

    /// <summary>Write the whole batch with its commit again, with a new id.</summary>
    SendAgain,

    /// <summary>Add the kept messages again, with a new id.</summary>
    StartAgain,

    /// <summary>Read the last message of the subject from the leader.</summary>
    LookUp,

    /// <summary>Throw: the batch has ended.</summary>
    RejectOver,

    /// <summary>Throw: the batch has the maximum number of messages.</summary>
    RejectFull,

    /// <summary>Throw: the batch is broken, for the reason that is known.</summary>
    RejectBroken,

    /// <summary>Throw: the batch is not broken, so that it cannot be sent again.</summary>
    RejectNotBroken,

    /// <summary>Throw: the time without a message was too long, so that the server has discarded the batch.</summary>
    FailSilent,

    /// <summary>Throw: the server rejected the batch with an error.</summary>
    FailRefused,

    /// <summary>Throw: a message had no responders.</summary>
    FailNoResponders,

    /// <summary>Throw: the server does not allow the publish.</summary>
    FailDenied,

    /// <summary>Throw: the server did not answer a message in time.</summary>
    FailNoAnswer,

    /// <summary>Throw: the session was lost before the commit was written.</summary>
    FailLost,

    /// <summary>Throw: the message or the commit was not written. The batch stays as it was.</summary>
    FailNotWritten,

    /// <summary>Throw: the call was cancelled before the commit was written.</summary>
    FailCancelled,

    /// <summary>Throw: the server stores messages of batches one by one.</summary>
    EndNotSupported,

    /// <summary>End: the batch is stored.</summary>
    EndStored,

    /// <summary>End: unknown whether the batch is stored.</summary>
    EndUnknown,

    /// <summary>End: cancelled, and unknown whether the batch is stored.</summary>
    EndCancelledUnknown,
}
