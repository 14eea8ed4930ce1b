namespace Earshot;

/// <summary>The exception that is thrown when a header name or value is not valid on the wire, or could not be read by other clients.</summary>
public sealed class NatsInvalidHeaderException : NatsInvalidArgumentException
{
    /// <summary>Initializes the exception with a message and the name of a parameter.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="paramName">The name of the parameter that is not valid, or null.</param>
    public NatsInvalidHeaderException(string message, string? paramName = null)
        : base(message, paramName)
    {
    }
}
