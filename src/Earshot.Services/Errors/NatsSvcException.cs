namespace Earshot.Services;

/// <summary>A service could not be started or used.</summary>
public class NatsSvcException : NatsException
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The description.</param>
    public NatsSvcException(string message)
        : base(message)
    {
    }

    internal NatsSvcException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
