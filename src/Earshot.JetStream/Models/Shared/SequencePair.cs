namespace Earshot.JetStream;

/// <summary>Two sequences of one message.</summary>
public record SequencePair
{
    /// <summary>Sequence of the consumer.</summary>
    public ulong ConsumerSeq { get; set; }

    /// <summary>Sequence of the stream.</summary>
    public ulong StreamSeq { get; set; }
}
