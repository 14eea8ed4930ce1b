namespace Earshot;

/// <summary>The exception that is thrown when a subject or reply subject is not valid, or its control line would be too long: a server would reject it.</summary>
public sealed class NatsInvalidSubjectException : NatsInvalidArgumentException
{
    /// <summary>Initializes the exception with a message and the name of a parameter.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="paramName">The name of the parameter that is not valid, or null.</param>
    public NatsInvalidSubjectException(string message, string? paramName = null)
        : base(message, paramName)
    {
    }
}
