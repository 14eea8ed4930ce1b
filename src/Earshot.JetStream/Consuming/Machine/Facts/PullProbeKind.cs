namespace Earshot.JetStream.Consuming;

/// <summary>How a probe ended.</summary>
internal enum PullProbeKind
{
    Exists,
    ConsumerDeleted,
    StreamDeleted,

    /// <summary>Answered: there is no leader now.</summary>
    NoLeader,

    /// <summary>No answer, or no one who could answer.</summary>
    Unavailable,
}
