namespace Earshot;

/// <summary>A publish that found the outbound buffer full, or no live session where none may be waited for.</summary>
public sealed class NatsPublishBufferException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was full, and which option changes it.</param>
    public NatsPublishBufferException(string message)
        : base(message, NatsOutcome.NotSent)
    {
    }
}
