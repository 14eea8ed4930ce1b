namespace Earshot.ObjectStore;

/// <summary>The exception that is thrown when an object does not exist or is deleted.</summary>
public class NatsObjNotFoundException : NatsObjException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsObjNotFoundException(string message)
        : base(message)
    {
    }
}
