namespace Earshot.JetStream.Publishing;

/// <summary>Specifies the phase of a publish.</summary>
internal enum PublishPhase : byte
{
    /// <summary>An attempt is being written.</summary>
    Writing,

    /// <summary>The publish must not be written before it is released.</summary>
    Held,

    /// <summary>The publish waits for space in the outbound buffer.</summary>
    Queued,

    /// <summary>An attempt was written and waits for its ack.</summary>
    Waiting,

    /// <summary>The publish waits for the next session, which writes it first.</summary>
    Parked,

    /// <summary>An attempt was rejected temporarily, and the publish waits for the next attempt.</summary>
    Delaying,

    /// <summary>The last message of the subject is being read, to find out whether it is the one of this publish.</summary>
    Resolving,

    /// <summary>The publish has ended: its outcome is known, or remains unknown.</summary>
    Over,
}
