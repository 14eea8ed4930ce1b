using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>The base of all exceptions of NATS, other than those about the arguments of a call.</summary>
public class NatsException : Exception
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The message that describes the error.</param>
    public NatsException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with a message and the cause.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="exception">The cause, or null.</param>
    public NatsException(string message, Exception? exception)
        : base(message, exception)
    {
    }

    /// <summary>Throws an exception of this type.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <exception cref="NatsException">Always.</exception>
    [DoesNotReturn]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Throw(string message) => throw new NatsException(message);
}
