namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a publish had no responders until its timeout: no stream has the subject, the stream has no leader, or JetStream is not enabled.</summary>
public class NatsJSPublishNoResponseException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception without a subject.</summary>
    public NatsJSPublishNoResponseException()
        : base("The publish had no responders: no stream has this subject, its stream has no leader, or JetStream is not enabled.")
    {
    }

    internal NatsJSPublishNoResponseException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an instance without a subject.</summary>
    public static NatsJSPublishNoResponseException Default => new();

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;
}
