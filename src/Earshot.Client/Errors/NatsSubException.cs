using System.Runtime.ExceptionServices;

namespace Earshot;

/// <summary>
/// An exception for a message that could not be delivered to its subscription. A connection never throws it: a message that cannot be
/// deserialized is delivered with the reason in its <c>Error</c>. The type exists for source compatibility.
/// </summary>
public class NatsSubException : NatsException
{
    /// <summary>Initializes the exception with a message, its cause, and the content of the message.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="exception">The exception that is the cause.</param>
    /// <param name="payload">The payload of the message.</param>
    /// <param name="headers">The header block of the message.</param>
    public NatsSubException(string message, ExceptionDispatchInfo exception, Memory<byte> payload, Memory<byte> headers)
        : base(message, exception?.SourceException)
    {
        ArgumentNullException.ThrowIfNull(exception);
        (Exception, Payload, Headers) = (exception, payload, headers);
    }

    /// <summary>The exception that is the cause, with its stack trace.</summary>
    public ExceptionDispatchInfo Exception { get; }

    /// <summary>The payload of the message.</summary>
    public Memory<byte> Payload { get; }

    /// <summary>The header block of the message.</summary>
    public Memory<byte> Headers { get; }
}
