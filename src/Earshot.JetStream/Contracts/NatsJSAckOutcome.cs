namespace Earshot.JetStream;

/// <summary>Specifies what is known of the outcome of an acknowledgement.</summary>
public enum NatsJSAckOutcome
{
    /// <summary>The ack is in the outbound buffer and is sent when the connection has a session.</summary>
    Sent = 0,

    /// <summary>The server has received the ack. Whether it had an effect is unknown: the ack of a message that was delivered again has the same reply.</summary>
    Confirmed,

    /// <summary>The ack was sent after the AckWait of the consumer had passed, so the message is probably delivered again.</summary>
    Late,

    /// <summary>The consumer does not exist any more.</summary>
    ConsumerGone,

    /// <summary>Nothing was sent, because the ack policy of the consumer is none.</summary>
    NotNeeded,

    /// <summary>The ack was not sent.</summary>
    NotSent,

    /// <summary>The ack was sent, and it was not confirmed in time.</summary>
    Unknown,
}
