using System.Runtime.ExceptionServices;

namespace Earshot;

/// <summary>
/// A message that could not be handed to its subscription. A connection never throws it: what cannot be read costs one message, whose
/// <c>Error</c> says why. It is there for code that makes or catches it.
/// </summary>
public class NatsSubException : NatsException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="exception">The cause.</param>
    /// <param name="payload">The payload of the message.</param>
    /// <param name="headers">Its header block.</param>
    public NatsSubException(string message, ExceptionDispatchInfo exception, Memory<byte> payload, Memory<byte> headers)
        : base(message, exception?.SourceException)
    {
        ArgumentNullException.ThrowIfNull(exception);
        (Exception, Payload, Headers) = (exception, payload, headers);
    }

    /// <summary>The cause, with its stack.</summary>
    public ExceptionDispatchInfo Exception { get; }

    /// <summary>The payload of the message.</summary>
    public Memory<byte> Payload { get; }

    /// <summary>Its header block.</summary>
    public Memory<byte> Headers { get; }
}
