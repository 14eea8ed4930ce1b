namespace Earshot.JetStream.Consuming;

/// <summary>What the machine can order.</summary>
internal enum PullEffectKind
{
    /// <summary>Subscribe the inbox of the epoch.</summary>
    Subscribe,

    /// <summary>Send a pull request with the inbox of the epoch.</summary>
    Ask,

    /// <summary>Unsubscribe the inbox of the epoch, but take what is in flight.</summary>
    Unsubscribe,

    /// <summary>Take nothing more for the inbox of the epoch; unsubscribe it, if that has not been done.</summary>
    Forget,

    /// <summary>Send a PING and feed its PONG: what was delivered before has arrived then.</summary>
    Fence,

    /// <summary>Ask the server about the consumer.</summary>
    Probe,

    /// <summary>SendServerInfo the application.</summary>
    SendServerInfo,

    /// <summary>Nothing more comes: readers end after what is buffered.</summary>
    Finish,
}
