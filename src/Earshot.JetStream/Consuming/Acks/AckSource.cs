namespace Earshot.JetStream.Consuming;

/// <summary>
/// What the messages of one read share: the common parts of their reply subjects, the consumer, how acks are sent, and the high halves of
/// their sequences, so that a message keeps only the low halves.
/// </summary>
internal sealed class AckSource(ConsumerOrigin consumer, AckOrigin subject, IReadReporter reporter)
{
    private const ulong HighHalf = ~(ulong)uint.MaxValue;

    public ConsumerOrigin Consumer => consumer;

    public AckOrigin Subject => subject;

    public IReadReporter Reporter => reporter;

    /// <summary>High half of the sequences in the stream; the low half is 0.</summary>
    public ulong StreamBase { get; private init; }

    /// <summary>High half of the sequences of the consumer; the low half is 0.</summary>
    public ulong ConsumerBase { get; private init; }

    /// <summary>The source of a message with this reply subject, and of those that follow it.</summary>
    public static AckSource Of(ConsumerOrigin consumer, in AckSubject first, IReadReporter reporter) => new(consumer, first.Origin, reporter)
    {
        StreamBase = first.StreamSeq & HighHalf,
        ConsumerBase = first.ConsumerSeq & HighHalf,
    };

    /// <summary>Whether a message with this reply subject has this source.</summary>
    public bool Fits(in AckSubject next) =>
        ReferenceEquals(next.Origin, subject) && (next.StreamSeq & HighHalf) == StreamBase && (next.ConsumerSeq & HighHalf) == ConsumerBase;
}
