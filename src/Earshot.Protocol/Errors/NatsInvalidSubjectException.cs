namespace Earshot;

/// <summary>A subject or reply subject, or the control line that it would stand on, that a server would refuse.</summary>
public sealed class NatsInvalidSubjectException : NatsInvalidArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="paramName">The parameter that it concerns, where one is known.</param>
    public NatsInvalidSubjectException(string message, string? paramName = null)
        : base(message, paramName)
    {
    }
}
