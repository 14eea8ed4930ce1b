namespace Earshot.JetStream.Consuming;

/// <summary>A read whose messages count as processed when their handlers have ended, and not when the next message is requested.</summary>
internal interface IHandledRead
{
    /// <summary>The message in hand is reported by <see cref="Handled"/>. Called by the reader of the messages.</summary>
    void Detach();

    /// <summary>The handler of a message has ended, and its ack was sent. Any thread.</summary>
    /// <param name="size">The size of the message in bytes.</param>
    void Handled(int size);
}
