namespace Earshot;

/// <summary>A queue group that a server would refuse.</summary>
public sealed class NatsInvalidQueueGroupException : NatsInvalidArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="paramName">The parameter that it concerns, where one is known.</param>
    public NatsInvalidQueueGroupException(string message, string? paramName = null)
        : base(message, paramName)
    {
    }
}
