namespace Earshot;

/// <summary>
/// A message larger than the server takes; refused before a byte was written. From a flush: messages that were published while there was no
/// session, and that the server of the next one does not take.
/// </summary>
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
        : base($"The message is {size} bytes including headers; the server's maximum payload for this connection is {limit} bytes.", NatsOutcome.NotSent)
    {
        Size = size;
        Limit = limit;
    }

    private NatsPayloadTooLargeException(string error, Exception? inner)
        : base(error, NatsOutcome.NotSent, inner)
    {
    }

    /// <summary>How many messages it is about: 1, or those that a flush has to report.</summary>
    public long Messages { get; private init; } = 1;

    /// <summary>Size of headers and payload, bytes; 0 if it concerns several messages.</summary>
    public long Size { get; }

    /// <summary>The effective limit of this connection, bytes.</summary>
    public long Limit { get; private init; }

    /// <summary>Publishes that were accepted before a reconnect and that the new server takes none of.</summary>
    internal static NatsPayloadTooLargeException Dropped(long messages, long limit, Exception? inner = null) =>
        new($"{messages} published {(messages == 1 ? "message was" : "messages were")} not sent: the server of the new session takes at most {limit} bytes.", inner)
        {
            Messages = messages,
            Limit = limit,
        };
}
