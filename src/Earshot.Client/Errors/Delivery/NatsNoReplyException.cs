namespace Earshot;

/// <summary>A request whose reply did not arrive within its timeout.</summary>
public sealed class NatsNoReplyException : NatsDeliveryException
{
    /// <summary>Makes the exception without details.</summary>
    public NatsNoReplyException()
        : base("No reply received within the timeout.", NatsOutcome.Unknown)
    {
    }

    /// <summary>Makes the exception for one request.</summary>
    /// <param name="message">What was awaited and for how long.</param>
    /// <param name="outcome"><see cref="NatsOutcome.NotSent"/> when the request never left.</param>
    public NatsNoReplyException(string message, NatsOutcome outcome)
        : base(message, outcome)
    {
    }
}
