namespace Earshot.ObjectStore;

/// <summary>
/// The exception that is thrown when an object was deleted or replaced while it was read, or when the bucket lost chunks that were read. What
/// was written to the target is not the object. The call can be repeated: it then finds the new object, or none.
/// </summary>
public class NatsObjChangedException : NatsObjException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsObjChangedException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="exception">The cause of the exception.</param>
    public NatsObjChangedException(string message, Exception exception)
        : base(message, exception)
    {
    }
}
