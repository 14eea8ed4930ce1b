namespace Earshot.JetStream;

/// <summary>The two sequences of a delivered message.</summary>
public record SequencePair
{
    /// <summary>The consumer sequence of the message.</summary>
    public ulong ConsumerSeq { get; set; }

    /// <summary>The stream sequence of the message.</summary>
    public ulong StreamSeq { get; set; }
}
