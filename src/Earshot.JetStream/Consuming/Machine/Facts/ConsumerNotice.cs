namespace Earshot.JetStream.Consuming;

/// <summary>What a read tells besides alarms and stalls.</summary>
internal enum ConsumerNotice
{
    LeadershipChange,
    ServerShutdown,
    Pinned,
    Unpinned,
    PinIdMismatch,
    Paused,
    Unpaused,
    Blocked,
    Unblocked,
    Clamped,
    LateAck,
    Reset,
    GivenBack,
    Discarded,
}
