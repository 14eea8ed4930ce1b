using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>
/// The exception that is thrown when a publish, subscribe, ping or flush exceeds <c>NatsOpts.CommandTimeout</c> or its own timeout. A request
/// throws <see cref="NatsNoReplyException"/> instead.
/// </summary>
public sealed class NatsTimeoutException : NatsDeliveryException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public NatsTimeoutException()
        : base("The operation timed out.", NatsOutcome.Unknown)
    {
    }

    /// <summary>Initializes the exception with a message and an outcome.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <param name="outcome">What is known about the message; <see cref="NatsOutcome.NotSent"/> if nothing was sent.</param>
    public NatsTimeoutException(string message, NatsOutcome outcome)
        : base(message, outcome)
    {
    }

    /// <summary>Throws an exception of this type with the default message.</summary>
    /// <exception cref="NatsTimeoutException">Always.</exception>
    [DoesNotReturn]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Throw() => throw new NatsTimeoutException();
}
