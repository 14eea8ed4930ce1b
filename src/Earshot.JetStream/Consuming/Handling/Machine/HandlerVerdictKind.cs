namespace Earshot.JetStream.Consuming;

/// <summary>What is sent for a message whose handler has ended.</summary>
internal enum HandlerVerdictKind
{
    /// <summary>Nothing: the handler acknowledges.</summary>
    None,
    Ack,
    Retry,
    Terminate,
}
