namespace Earshot;

/// <summary>
/// Base of the exceptions that are thrown when a subject, reply subject, queue group or header is not valid on the wire. It is thrown before
/// anything is sent, so it has no outcome. Options and other arguments throw an <see cref="ArgumentException"/> instead.
/// </summary>
public abstract class NatsInvalidArgumentException : NatsException
{
    private protected NatsInvalidArgumentException(string message, string? paramName)
        : base(paramName is null ? message : $"{message} (Parameter '{paramName}')") => ParamName = paramName;

    /// <summary>The name of the parameter that is not valid, or null.</summary>
    public string? ParamName { get; }
}
