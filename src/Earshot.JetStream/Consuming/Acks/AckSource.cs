namespace Earshot.JetStream.Consuming;

/// <summary>What the messages of one read share: the beginning of their reply subjects, the consumer, and how acks are sent.</summary>
internal sealed class AckSource(ConsumerOrigin consumer, AckOrigin subject, IReadReporter reporter)
{
    public ConsumerOrigin Consumer => consumer;

    public AckOrigin Subject => subject;

    public IReadReporter Reporter => reporter;
}
