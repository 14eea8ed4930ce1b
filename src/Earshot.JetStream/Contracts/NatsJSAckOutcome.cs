namespace Earshot.JetStream;

/// <summary>What is known of an acknowledgement.</summary>
public enum NatsJSAckOutcome
{
    /// <summary>It is in the outbound buffer and will reach the server when the connection has a session.</summary>
    Sent = 0,

    /// <summary>The server has received it. Whether it had an effect is not told: an ack of a message that was delivered again has the same reply.</summary>
    Confirmed,

    /// <summary>It was sent after the consumer's AckWait had passed since the message came, so it is probably delivered again.</summary>
    Late,

    /// <summary>The consumer does not exist any more.</summary>
    ConsumerGone,

    /// <summary>The consumer's ack policy is none: nothing was sent.</summary>
    NotNeeded,

    /// <summary>It was not sent.</summary>
    NotSent,

    /// <summary>It was sent, and no confirmation came in time.</summary>
    Unknown,
}
