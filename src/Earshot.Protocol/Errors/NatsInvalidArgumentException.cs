namespace Earshot;

/// <summary>
/// A subject, reply subject, queue group or header that cannot stand on the wire. It is thrown before anything is sent, so it has no
/// outcome. Options and other arguments throw an <see cref="ArgumentException"/> instead.
/// </summary>
public abstract class NatsInvalidArgumentException : NatsException
{
    private protected NatsInvalidArgumentException(string message, string? paramName)
        : base(paramName is null ? message : $"{message} (Parameter '{paramName}')") => ParamName = paramName;

    /// <summary>The parameter that it concerns, where one is known.</summary>
    public string? ParamName { get; }
}
