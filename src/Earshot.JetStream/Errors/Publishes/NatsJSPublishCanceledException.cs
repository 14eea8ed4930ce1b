namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a publish is cancelled after it was sent: the stream may have stored the message.</summary>
public sealed class NatsJSPublishCanceledException : OperationCanceledException, INatsDelivery
{
    /// <summary>Initializes the exception with the token of the publish.</summary>
    /// <param name="cancellationToken">The token that cancelled the publish.</param>
    public NatsJSPublishCanceledException(CancellationToken cancellationToken)
        : base("The publish was cancelled after it had been sent; the stream may have stored the message.", cancellationToken)
    {
    }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Unknown"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Unknown;
}
