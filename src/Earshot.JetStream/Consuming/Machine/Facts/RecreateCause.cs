namespace Earshot.JetStream.Consuming;

/// <summary>Why a consumer is made anew.</summary>
internal enum RecreateCause
{
    Reconnected,
    SequenceGap,
    MissedHeartbeats,
    NoResponders,
    Deleted,
    Regression,
}
