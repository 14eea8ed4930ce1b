namespace Earshot;

/// <summary>A message larger than the server takes; refused before a byte was written.</summary>
public sealed class NatsPayloadTooLargeException : NatsDeliveryException
{
    /// <summary>Makes the exception from text.</summary>
    /// <param name="error">What happened.</param>
    public NatsPayloadTooLargeException(string error)
        : base(error, NatsOutcome.NotSent)
    {
    }

    /// <summary>Makes the exception from the figures.</summary>
    /// <param name="size">Size of headers and payload, bytes.</param>
    /// <param name="limit">The effective limit of this connection, bytes.</param>
    public NatsPayloadTooLargeException(long size, long limit)
        : base($"The message is {size} bytes including headers; the server's maximum payload for this connection is {limit} bytes.", NatsOutcome.NotSent)
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>Size of headers and payload, bytes.</summary>
    public long Size { get; }

    /// <summary>The effective limit of this connection, bytes.</summary>
    public long Limit { get; }
}
