namespace Earshot.JetStream;

/// <summary>What answers and messages of JetStream can do besides.</summary>
public static class NatsJSExtensions
{
    /// <summary>Throws unless the stream has the message, by this publish.</summary>
    /// <param name="ack">The answer to the publish.</param>
    /// <exception cref="NatsJSApiException">The stream refused it.</exception>
    /// <exception cref="NatsJSDuplicateMessageException">The stream had a message with its id before. A publish that was sent twice by itself is no duplicate.</exception>
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

    /// <summary>Whether the stream has the message, by this publish.</summary>
    /// <param name="ack">The answer to the publish.</param>
    /// <returns>False for a refusal and for a duplicate.</returns>
    public static bool IsSuccess(this PubAckResponse ack)
    {
        ArgumentNullException.ThrowIfNull(ack);
        return ack is { Error: null, Duplicate: false };
    }
}
