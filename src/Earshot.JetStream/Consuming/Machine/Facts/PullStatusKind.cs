namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the meaning of a status on the inbox of a pull request.</summary>
internal enum PullStatusKind
{
    /// <summary>A status that this version does not recognize.</summary>
    Unknown,

    /// <summary>100 Idle Heartbeat: the pull request waits.</summary>
    Heartbeat,

    /// <summary>A heartbeat with a higher consumer sequence, or a lower stream sequence, than the last received message. Determined by the inbox of an ordered read.</summary>
    Behind,

    /// <summary>100 with another text: the server responds, without further meaning.</summary>
    OtherControl,

    /// <summary>404, 408, 409 Batch Completed: the pull request has ended; the headers contain what it did not receive.</summary>
    PullEnded,

    /// <summary>409 Message Size Exceeds MaxBytes: the pull request has ended, because the next message is larger than its remaining bytes.</summary>
    SizeExceeded,

    LeadershipChange,
    ServerShutdown,

    /// <summary>409 Exceeded MaxRequest...: the pull request was rejected because of its size.</summary>
    LimitExceeded,

    /// <summary>409 Exceeded MaxWaiting: the pull request was rejected because too many others wait.</summary>
    TooManyPulls,

    ConsumerDeleted,
    PushBased,

    /// <summary>400 and 412: the server does not accept such a pull request.</summary>
    Refused,

    /// <summary>423: another client is pinned.</summary>
    PinMismatch,

    /// <summary>503: there is no consumer, no stream, no leader or no quorum.</summary>
    NoResponders,
}
