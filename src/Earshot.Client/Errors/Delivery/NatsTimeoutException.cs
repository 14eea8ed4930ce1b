namespace Earshot;

/// <summary>
/// A publish, subscribe, ping or flush that took longer than <c>NatsOpts.CommandTimeout</c> or its own timeout allows. A request throws a
/// <see cref="NatsNoReplyException"/> instead.
/// </summary>
public sealed class NatsTimeoutException : NatsDeliveryException
{
    /// <summary>Makes the exception without details.</summary>
    public NatsTimeoutException()
        : base("The operation took too long.", NatsOutcome.Unknown)
    {
    }

    /// <summary>Makes the exception for one call.</summary>
    /// <param name="message">What was waited for and how long.</param>
    /// <param name="outcome"><see cref="NatsOutcome.NotSent"/> when nothing left.</param>
    public NatsTimeoutException(string message, NatsOutcome outcome)
        : base(message, outcome)
    {
    }
}
