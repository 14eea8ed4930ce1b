namespace Earshot.JetStream.Consuming;

/// <summary>Where an ack stands whose confirmation is awaited.</summary>
internal enum ConfirmPhase
{
    /// <summary>The slot is free, or its outcome waits to be taken.</summary>
    Over,

    /// <summary>It was not written: it begins, or waits for a session or for room.</summary>
    Queued,

    /// <summary>It is being written.</summary>
    Writing,

    /// <summary>It was written, and the confirmation is awaited.</summary>
    Waiting,
}
