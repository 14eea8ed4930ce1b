namespace Earshot.JetStream;

/// <summary>A publish was cancelled after it had been sent: the stream may have it.</summary>
public sealed class NatsJSPublishCanceledException : OperationCanceledException, INatsDelivery
{
    /// <summary>Makes the exception.</summary>
    /// <param name="cancellationToken">The token that cancelled it.</param>
    public NatsJSPublishCanceledException(CancellationToken cancellationToken)
        : base("The publish was cancelled after it had been sent; the stream may have it.", cancellationToken)
    {
    }

    /// <summary>Always <see cref="NatsOutcome.Unknown"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Unknown;
}
