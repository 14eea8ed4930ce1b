namespace Earshot.JetStream;

/// <summary>The exception that is thrown when the stream already has a message with the same message id; the new message was not stored.</summary>
public sealed class NatsJSDuplicateMessageException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception with the sequence of the stored message.</summary>
    /// <param name="sequence">The sequence of the stored message.</param>
    public NatsJSDuplicateMessageException(ulong sequence)
        : base($"The stream has a message with this id already, with sequence {sequence}.") => Sequence = sequence;

    /// <summary>The sequence of the stored message.</summary>
    public ulong Sequence { get; }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;
}
