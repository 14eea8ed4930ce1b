namespace Earshot;

/// <summary>The base of exceptions for a publish, request or subscription that failed; <see cref="Outcome"/> is what is known about its effect.</summary>
public class NatsDeliveryException : NatsException, INatsDelivery
{
    /// <summary>Initializes the exception with a message and the outcome.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="outcome">The outcome of the operation.</param>
    /// <param name="inner">The cause, or null.</param>
    public NatsDeliveryException(string message, NatsOutcome outcome, Exception? inner = null)
        : base(message, inner) => Outcome = outcome;

    /// <summary>The outcome of the operation: not sent, rejected or unknown.</summary>
    public NatsOutcome Outcome { get; }
}
