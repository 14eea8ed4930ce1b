namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the kind of an effect of the machine.</summary>
internal enum PullEffectKind
{
    /// <summary>Subscribe the inbox of the epoch.</summary>
    Subscribe,

    /// <summary>Send a pull request with the inbox of the epoch.</summary>
    Ask,

    /// <summary>Unsubscribe the inbox of the epoch, and still accept messages in flight.</summary>
    Unsubscribe,

    /// <summary>Remove the inbox of the epoch, and unsubscribe it when that has not been done.</summary>
    Forget,

    /// <summary>Send a PING and pass its PONG to the machine: all messages delivered before have then arrived.</summary>
    Fence,

    /// <summary>Request the info of the consumer.</summary>
    Probe,

    /// <summary>Report a note of the read.</summary>
    Report,

    /// <summary>End the queue: no more messages arrive, and readers end after the buffered messages.</summary>
    Finish,
}
