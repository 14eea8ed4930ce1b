namespace Earshot;

/// <summary>The base of every exception that stems from NATS rather than from the arguments of a call.</summary>
public class NatsException : Exception
{
    /// <summary>Makes an exception with a message for people.</summary>
    /// <param name="message">What went wrong.</param>
    public NatsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for people and the exception it stems from.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="exception">What caused it, or null.</param>
    public NatsException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
