namespace Earshot.JetStream;

/// <summary>Options of an atomic batch: which of its messages are acknowledged before the commit. An acknowledged message slows the batch down by one round trip, and shows an error early.</summary>
public sealed record NatsJSBatchFlowControl
{
    /// <summary>Whether to wait for an answer to the first message, which shows immediately whether the stream accepts the batch. Default: true.</summary>
    public bool AckFirst { get; init; } = true;

    /// <summary>The number of messages after which one is acknowledged; 0: none. Default: 100.</summary>
    public int AckEvery { get; init; } = 100;

    /// <summary>The time to wait for each answer. A commit without an answer is then sent again with the whole batch, if all messages have a message id. Default: 5 s.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
