namespace Earshot.JetStream;

/// <summary>
/// The exception that is thrown when a publish, or an acknowledgement that waits for its confirmation, is cancelled after it was sent: the
/// server may have processed it.
/// </summary>
public sealed class NatsJSPublishCanceledException : OperationCanceledException, INatsDelivery
{
    /// <summary>Initializes the exception with the token of the publish.</summary>
    /// <param name="cancellationToken">The token that cancelled the publish.</param>
    public NatsJSPublishCanceledException(CancellationToken cancellationToken)
        : this("The publish was cancelled after it had been sent; the stream may have stored the message.", cancellationToken)
    {
    }

    internal NatsJSPublishCanceledException(string message, CancellationToken cancellationToken)
        : base(message, cancellationToken)
    {
    }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Unknown"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Unknown;
}
