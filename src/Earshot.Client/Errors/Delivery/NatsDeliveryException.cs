namespace Earshot;

/// <summary>A publish, request or subscription that did not come through; <see cref="Outcome"/> tells what the server saw of it.</summary>
public class NatsDeliveryException : NatsException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsDeliveryException(string message, NatsOutcome outcome, Exception? inner = null)
        : base(message, inner) => Outcome = outcome;

    /// <summary>Not sent, rejected or unknown.</summary>
    public NatsOutcome Outcome { get; }
}
