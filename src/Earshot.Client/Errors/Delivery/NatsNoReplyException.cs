using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>The exception that is thrown when a reply or a PONG did not arrive within the timeout.</summary>
public sealed class NatsNoReplyException : NatsDeliveryException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public NatsNoReplyException()
        : base("No reply received within the timeout.", NatsOutcome.Unknown)
    {
    }

    /// <summary>Initializes the exception with a message and the outcome.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="outcome"><see cref="NatsOutcome.NotSent"/> if the request was never sent.</param>
    public NatsNoReplyException(string message, NatsOutcome outcome)
        : base(message, outcome)
    {
    }

    /// <summary>Throws an exception of this type with the default message.</summary>
    /// <exception cref="NatsNoReplyException">Always.</exception>
    [DoesNotReturn]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Throw() => throw new NatsNoReplyException();
}
