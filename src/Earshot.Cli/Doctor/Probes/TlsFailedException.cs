using System.Security.Authentication;

namespace Earshot.Cli.Doctor;

/// <summary>A TLS handshake of the examination failed.</summary>
/// <param name="first">The first bytes that came in place of a handshake, or of it.</param>
/// <param name="exception">The cause.</param>
internal sealed class TlsFailedException(byte[] first, Exception exception) : Exception(Text(exception), exception)
{
    /// <summary>The first bytes that the other side sent.</summary>
    public ReadOnlySpan<byte> First => first;

    private static string Text(Exception exception) => exception switch
    {
        AuthenticationException { InnerException: { } inner } => inner.Message,
        OperationCanceledException => "no answer in time",
        _ => exception.Message,
    };
}
