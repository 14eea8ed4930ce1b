using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>The base class of the exceptions of object stores. It is thrown itself for an operation that an object or a link does not allow.</summary>
public class NatsObjException : NatsJSException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsObjException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="exception">The cause of the exception.</param>
    public NatsObjException(string message, Exception exception)
        : base(message, exception)
    {
    }
}
