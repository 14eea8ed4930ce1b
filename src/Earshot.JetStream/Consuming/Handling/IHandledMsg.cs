using Earshot.Connections;

namespace Earshot.JetStream.Consuming;

/// <summary>A message whose handler runs.</summary>
internal interface IHandledMsg
{
    /// <summary>Whether a final ack was sent.</summary>
    bool IsSettled { get; }

    /// <summary>The time since the message arrived, in ticks.</summary>
    long Age { get; }

    /// <summary>What traces and metrics call the origin of the message.</summary>
    MessageOrigin Origin { get; }
}
