namespace Earshot.JetStream.Consuming;

/// <summary>Why nothing can arrive although the client works on it.</summary>
internal enum StallReason
{
    NoResponders,
    MissedHeartbeats,
    NoLeader,
    Unavailable,
    TooManyPulls,
    PullRejected,
}
