namespace Earshot.JetStream;

/// <summary>Specifies who acknowledges the messages of <c>RunAsync</c>.</summary>
public enum NatsJSAckMode
{
    /// <summary>The client: a message is acknowledged when its handler has returned.</summary>
    Auto = 0,

    /// <summary>The handler. A message whose handler returns without an ack is delivered again when AckWait has passed.</summary>
    Manual,
}
