namespace Earshot.JetStream;

/// <summary>Extension methods for acks of publishes.</summary>
public static class NatsJSExtensions
{
    /// <summary>Throws an exception unless the stream stored the message of this publish.</summary>
    /// <param name="ack">The ack of the publish.</param>
    /// <exception cref="NatsJSApiException">The stream rejected the message.</exception>
    /// <exception cref="NatsJSDuplicateMessageException">The stream already had a message with this id. A publish that the client itself repeated is not a duplicate.</exception>
    public static void EnsureSuccess(this PubAckResponse ack)
    {
        ArgumentNullException.ThrowIfNull(ack);
        if (ack.Error is { } error)
        {
            throw NatsJSApiException.Of(error);
        }

        if (ack.Duplicate)
        {
            throw new NatsJSDuplicateMessageException(ack.Seq);
        }
    }

    /// <summary>Returns whether the stream stored the message of this publish.</summary>
    /// <param name="ack">The ack of the publish.</param>
    /// <returns>False when the message was rejected or is a duplicate.</returns>
    public static bool IsSuccess(this PubAckResponse ack)
    {
        ArgumentNullException.ThrowIfNull(ack);
        return ack is { Error: null, Duplicate: false };
    }
}
