namespace Earshot.JetStream;

/// <summary>The base of every exception that stems from JetStream. Those about something sent are <see cref="INatsDelivery"/> too.</summary>
public class NatsJSException : NatsException
{
    /// <summary>Makes an exception with a message for people.</summary>
    /// <param name="message">What went wrong.</param>
    public NatsJSException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for people and the exception it stems from.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="exception">What caused it, or null.</param>
    public NatsJSException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
