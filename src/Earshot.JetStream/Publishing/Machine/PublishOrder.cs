namespace Earshot.JetStream.Publishing;

/// <summary>Specifies what the engine must do next for a publish.</summary>
internal enum PublishOrder : byte
{
    /// <summary>Do nothing until the next input or the due time.</summary>
    Wait,

    /// <summary>Write the publish to the outbound buffer.</summary>
    Write,

    /// <summary>Wait for space in the outbound buffer.</summary>
    WaitForTurn,

    /// <summary>Write the publish in the space that was granted.</summary>
    WriteInTurn,

    /// <summary>Keep the publish for the next session.</summary>
    Park,

    /// <summary>Ask the server in parallel whether a stream has the subject, and continue at the due time.</summary>
    AskForStream,

    /// <summary>Read the last message of the subject from the leader.</summary>
    LookUp,

    /// <summary>End: the stream stored the message.</summary>
    EndStored,

    /// <summary>End: the stream already had a message with this message id.</summary>
    EndDuplicate,

    /// <summary>End: rejected with the last error.</summary>
    EndRefused,

    /// <summary>End: no responders until the deadline.</summary>
    EndNoResponders,

    /// <summary>End: no stream has the subject.</summary>
    EndNoStream,

    /// <summary>End: the server does not allow publishing to the subject.</summary>
    EndDenied,

    /// <summary>End: the publish was never written.</summary>
    EndNotSent,

    /// <summary>End: the outcome is unknown.</summary>
    EndUnknown,

    /// <summary>End: cancelled, without effect.</summary>
    EndCancelled,

    /// <summary>End: cancelled, and the outcome is unknown.</summary>
    EndCancelledUnknown,
}
