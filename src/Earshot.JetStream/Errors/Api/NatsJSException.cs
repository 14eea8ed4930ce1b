namespace Earshot.JetStream;

/// <summary>The base class of all exceptions of JetStream. Exceptions about a sent message also implement <see cref="INatsDelivery"/>.</summary>
public class NatsJSException : NatsException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsJSException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="exception">The cause; null when there is none.</param>
    public NatsJSException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
