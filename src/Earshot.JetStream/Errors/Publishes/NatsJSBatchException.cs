namespace Earshot.JetStream;

/// <summary>
/// The exception that is thrown when a batch ended, or cannot continue, for a reason other than an error of the server. With the outcome
/// <see cref="NatsOutcome.Rejected"/> the stream has stored nothing of an atomic batch; of a fast batch it has stored the messages up to
/// <see cref="Stored"/>. With <see cref="NatsOutcome.Unknown"/> it may have stored more, which the event <c>UncertainOutcome</c> (912) reports.
/// </summary>
public sealed class NatsJSBatchException : NatsJSException, INatsDelivery
{
    /// <summary>Initializes the exception with what is known of the batch.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="outcome">What is known of the messages.</param>
    /// <param name="batch">The id of the batch; null before its first message.</param>
    /// <param name="stored">The number of messages that are certainly stored.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public NatsJSBatchException(string message, NatsOutcome outcome, string? batch, long stored = 0, Exception? inner = null)
        : base(message, inner) => (Outcome, Batch, Stored) = (outcome, batch, stored);

    /// <summary>The outcome of the batch.</summary>
    public NatsOutcome Outcome { get; }

    /// <summary>The id of the batch on the server; null before its first message.</summary>
    public string? Batch { get; }

    /// <summary>The number of messages from the start of the batch that are certainly stored. Always 0 for an atomic batch.</summary>
    public long Stored { get; }
}
