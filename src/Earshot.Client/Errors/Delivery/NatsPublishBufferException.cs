namespace Earshot;

/// <summary>The exception that is thrown when a publish found the outbound buffer full, or no session where it may not be buffered.</summary>
public sealed class NatsPublishBufferException : NatsDeliveryException
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The message that names the full buffer and the option that changes its size.</param>
    public NatsPublishBufferException(string message)
        : base(message, NatsOutcome.NotSent)
    {
    }
}
