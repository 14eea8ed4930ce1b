using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>The base class of the exceptions of key-value stores. It is thrown itself for a key that is not valid.</summary>
public class NatsKVException : NatsJSException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsKVException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="exception">The cause of the exception.</param>
    public NatsKVException(string message, Exception exception)
        : base(message, exception)
    {
    }
}
