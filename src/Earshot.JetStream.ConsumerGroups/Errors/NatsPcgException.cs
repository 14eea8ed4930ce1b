namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The base class of the exceptions of partitioned consumer groups. It is thrown itself when the stream of an elastic group is missing.</summary>
public class NatsPcgException : NatsJSException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsPcgException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="exception">The cause; null when there is none.</param>
    public NatsPcgException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
