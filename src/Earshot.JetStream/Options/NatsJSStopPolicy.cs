namespace Earshot.JetStream;

/// <summary>What a read that stops does with messages that were delivered and not handed out.</summary>
public enum NatsJSStopPolicy
{
    /// <summary>
    /// They go back to the server, so that another reader gets them immediately; for explicit acks, and only where the message may be
    /// delivered again (<see cref="ConsumerConfig.MaxDeliver"/>).
    /// </summary>
    GiveBack = 0,

    /// <summary>The loop continues until they are handed out. What a loop does not take because it was left goes back as with <see cref="GiveBack"/>.</summary>
    Deliver,

    /// <summary>Nothing is sent: the server delivers them again when AckWait has passed.</summary>
    Leave,
}
