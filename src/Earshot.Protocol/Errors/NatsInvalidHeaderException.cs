namespace Earshot;

/// <summary>A header name or value that would end its line or block, or that other clients could not read.</summary>
public sealed class NatsInvalidHeaderException : NatsInvalidArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="paramName">The parameter that it concerns, where one is known.</param>
    public NatsInvalidHeaderException(string message, string? paramName = null)
        : base(message, paramName)
    {
    }
}
