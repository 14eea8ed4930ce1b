namespace Earshot;

/// <summary>The exception that is thrown when a message exceeds the maximum payload. Nothing of it was written.</summary>
public sealed class NatsPayloadTooLargeException : NatsDeliveryException
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="error">The message that describes the error.</param>
    public NatsPayloadTooLargeException(string error)
        : base(error, NatsOutcome.NotSent)
    {
    }

    /// <summary>Initializes the exception with the size and the limit.</summary>
    /// <param name="size">The size of headers and payload in bytes.</param>
    /// <param name="limit">The maximum payload of the connection in bytes.</param>
    public NatsPayloadTooLargeException(long size, long limit)
        : base($"The message has {size} bytes with its headers; the server takes at most {limit} on this connection.", NatsOutcome.NotSent)
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>The size of headers and payload in bytes.</summary>
    public long Size { get; }

    /// <summary>The maximum payload of the connection in bytes.</summary>
    public long Limit { get; }
}
