namespace Earshot.JetStream.Consuming;

/// <summary>What a status on the inbox of a pull means.</summary>
internal enum PullStatusKind
{
    /// <summary>No one knows it.</summary>
    Unknown,

    /// <summary>100: the pull waits.</summary>
    Heartbeat,

    /// <summary>A heartbeat that knows of a later delivery than the last one that came. Made by the engine of an ordered read.</summary>
    Behind,

    /// <summary>100 with another text: the server lives, and nothing else follows from it.</summary>
    OtherControl,

    /// <summary>404, 408, 409 Batch Completed: the pull is over, and its headers tell what is left of it.</summary>
    PullEnded,

    /// <summary>409 Message Size Exceeds MaxBytes: the pull is over, and its next message is larger than what is left of it.</summary>
    SizeExceeded,

    LeadershipChange,
    ServerShutdown,

    /// <summary>409 Exceeded MaxRequest...: the pull was refused for its size.</summary>
    LimitExceeded,

    /// <summary>409 Exceeded MaxWaiting: the pull was refused because others wait.</summary>
    TooManyPulls,

    ConsumerDeleted,
    PushBased,

    /// <summary>400 and 412: the server takes no such request.</summary>
    Refused,

    /// <summary>423: another client has the pin.</summary>
    PinMismatch,

    /// <summary>503: no consumer, no stream, no leader or no quorum.</summary>
    NoResponders,
}
