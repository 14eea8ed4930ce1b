namespace Earshot;

/// <summary>TLS could not be established: a certificate was refused, a file cannot be used, or TLS is demanded and not offered.</summary>
public sealed class NatsTlsException : NatsException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="exception">The cause, if another exception was.</param>
    public NatsTlsException(string message, Exception? exception = null)
        : base(message, exception)
    {
    }

    /// <summary>The options demand what this server does not do, or forbid what it demands; trying again changes nothing on this side.</summary>
    internal bool IsContradiction { get; init; }

    /// <summary>It is the application's callback that failed.</summary>
    internal bool IsOfCallback { get; init; }
}
