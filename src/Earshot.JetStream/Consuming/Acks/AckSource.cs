namespace Earshot.JetStream.Consuming;

/// <summary>What the messages of one read share: the common parts of their reply subjects, the consumer, and the reporter of the read.</summary>
internal sealed class AckSource(ConsumerOrigin consumer, AckOrigin subject, IReadReporter reporter)
{
    public ConsumerOrigin Consumer => consumer;

    public AckOrigin Subject => subject;

    public IReadReporter Reporter => reporter;
}
