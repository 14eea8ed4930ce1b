namespace Earshot.JetStream.Publishing;

/// <summary>Where a publish is.</summary>
internal enum PublishPhase : byte
{
    /// <summary>It is being written, and whether it could be is not known yet.</summary>
    Writing,

    /// <summary>It waits for room in the outbound buffer.</summary>
    Queued,

    /// <summary>It was written and waits for its ack.</summary>
    Waiting,

    /// <summary>It waits for the next session, which writes it first of all.</summary>
    Parked,

    /// <summary>It was refused for now and waits for its next attempt.</summary>
    Delaying,

    /// <summary>The stream is asked whether it has the message.</summary>
    Resolving,

    /// <summary>Its outcome is known, or will never be.</summary>
    Over,
}
