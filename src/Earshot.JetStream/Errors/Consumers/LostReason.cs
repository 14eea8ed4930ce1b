namespace Earshot.JetStream;

/// <summary>Which word of the server ended a read of a consumer.</summary>
public enum LostReason
{
    /// <summary>The consumer does not exist any more.</summary>
    ConsumerDeleted = 0,

    /// <summary>The stream does not exist any more.</summary>
    StreamDeleted,

    /// <summary>The consumer delivers to a subject of its own and cannot be pulled from.</summary>
    PushBased,

    /// <summary>The server refuses the pull requests.</summary>
    Refused,

    /// <summary>An ordered consumer was made anew as often as its options allow.</summary>
    ResetLimit,
}
