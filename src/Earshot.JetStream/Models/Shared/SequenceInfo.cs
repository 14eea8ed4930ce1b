namespace Earshot.JetStream;

/// <summary>A position of a consumer.</summary>
public record SequenceInfo
{
    /// <summary>Sequence of the consumer.</summary>
    public ulong ConsumerSeq { get; set; }

    /// <summary>Sequence of the stream.</summary>
    public ulong StreamSeq { get; set; }

    /// <summary>When it changed last; null before that.</summary>
    public DateTimeOffset? LastActive { get; set; }
}
