namespace Earshot.JetStream;

/// <summary>To the end of its time no one took the publish: no stream on the subject, a stream without a leader, or JetStream is off.</summary>
public class NatsJSPublishNoResponseException : NatsJSException, INatsDelivery
{
    /// <summary>Makes the exception without naming the subject.</summary>
    public NatsJSPublishNoResponseException()
        : base("No stream took the publish: no stream has this subject, its stream has no leader, or JetStream is off.")
    {
    }

    internal NatsJSPublishNoResponseException(string message)
        : base(message)
    {
    }

    /// <summary>One without a subject.</summary>
    public static NatsJSPublishNoResponseException Default => new();

    /// <summary>Always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;
}
