namespace Earshot.JetStream.Publishing;

/// <summary>What the engine is to do.</summary>
internal enum PublishOrder : byte
{
    /// <summary>Nothing, but to return when it is due.</summary>
    Wait,

    /// <summary>Write it.</summary>
    Write,

    /// <summary>Wait for room in the outbound buffer.</summary>
    WaitForTurn,

    /// <summary>Write it: it is its turn.</summary>
    WriteInTurn,

    /// <summary>Keep it for the next session.</summary>
    Park,

    /// <summary>Ask next to it whether a stream has the subject, and return when it is due.</summary>
    AskForStream,

    /// <summary>Read the last message of the subject at the leader.</summary>
    LookUp,

    /// <summary>It is over: the stream has it.</summary>
    EndStored,

    /// <summary>It is over: the stream had its id already.</summary>
    EndDuplicate,

    /// <summary>It is over with the last error.</summary>
    EndRefused,

    /// <summary>It is over: no one listened to the end.</summary>
    EndNoResponders,

    /// <summary>It is over: no stream has the subject.</summary>
    EndNoStream,

    /// <summary>It is over: the server does not allow it.</summary>
    EndDenied,

    /// <summary>It is over and was never written.</summary>
    EndNotSent,

    /// <summary>It is over, and no one knows with what effect.</summary>
    EndUnknown,

    /// <summary>It is over: cancelled, and it had no effect.</summary>
    EndCancelled,

    /// <summary>It is over: cancelled, and no one knows with what effect.</summary>
    EndCancelledUnknown,
}
