namespace Earshot.JetStream;

/// <summary>The position of a consumer.</summary>
public record SequenceInfo
{
    /// <summary>The consumer sequence of the message.</summary>
    public ulong ConsumerSeq { get; set; }

    /// <summary>The stream sequence of the message.</summary>
    public ulong StreamSeq { get; set; }

    /// <summary>The time of the last change; null when the position has never changed.</summary>
    public DateTimeOffset? LastActive { get; set; }
}
