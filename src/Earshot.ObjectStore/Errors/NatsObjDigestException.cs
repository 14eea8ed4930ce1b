namespace Earshot.ObjectStore;

/// <summary>
/// The exception that is thrown when the bytes of an object do not match its information: the digest, the size or the number of chunks. The
/// object is damaged. What was written to the target is not the object.
/// </summary>
public class NatsObjDigestException : NatsObjException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsObjDigestException(string message)
        : base(message)
    {
    }
}
