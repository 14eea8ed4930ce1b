namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the kind of an effect of the machine of a push consumer.</summary>
internal enum PushEffectKind
{
    /// <summary>Subscribe the deliver subject.</summary>
    Subscribe,

    /// <summary>Unsubscribe the deliver subject, and still accept messages in flight.</summary>
    Unsubscribe,

    /// <summary>Remove the subscription: no more messages are accepted.</summary>
    Remove,

    /// <summary>Publish the answer to a flow control request.</summary>
    Answer,

    /// <summary>Send a PING and pass its PONG to the machine: all messages delivered before have then arrived.</summary>
    Fence,

    /// <summary>Request the info of the consumer.</summary>
    Probe,

    /// <summary>Subscribe a new deliver subject and create the consumer again, after what was acknowledged.</summary>
    Recreate,

    /// <summary>Report that the consumer was recreated.</summary>
    Created,

    /// <summary>Report a note of the read.</summary>
    Report,

    /// <summary>End the queue: no more messages arrive, and readers end after the buffered messages.</summary>
    Finish,
}
