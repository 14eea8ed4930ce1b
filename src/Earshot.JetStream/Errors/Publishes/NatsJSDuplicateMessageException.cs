namespace Earshot.JetStream;

/// <summary>The stream had a message with this id before; this one was not stored.</summary>
public sealed class NatsJSDuplicateMessageException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="sequence">Sequence of the earlier message.</param>
    public NatsJSDuplicateMessageException(ulong sequence)
        : base($"The stream has a message with this id already, with sequence {sequence}.") => Sequence = sequence;

    /// <summary>Sequence of the earlier message.</summary>
    public ulong Sequence { get; }

    /// <summary>Always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;
}
