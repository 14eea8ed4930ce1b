namespace Earshot;

/// <summary>
/// The exception that is thrown when TLS cannot be established: a certificate was rejected, a file cannot be used, or TLS is required
/// and not offered.
/// </summary>
public sealed class NatsTlsException : NatsException
{
    /// <summary>Initializes the exception with a message and the cause.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="exception">The cause, or null.</param>
    public NatsTlsException(string message, Exception? exception = null)
        : base(message, exception)
    {
    }

    /// <summary>Whether this client has refused the certificate of the server. Default: false.</summary>
    public bool IsCertificateRefused { get; init; }

    /// <summary>The options demand what this server does not do, or forbid what it demands; trying again changes nothing on this side.</summary>
    internal bool IsContradiction { get; init; }

    /// <summary>It is the application's callback that failed.</summary>
    internal bool IsOfCallback { get; init; }
}
