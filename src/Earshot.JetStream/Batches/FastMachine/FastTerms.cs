namespace Earshot.JetStream.Batches;

/// <summary>What stays the same for all messages of a fast batch.</summary>
/// <param name="MaxOutstandingAcks">The number of acks that may be outstanding.</param>
/// <param name="AckTimeout">The time to wait for an answer.</param>
/// <param name="Timeout">The time for which a lost batch is sent again without progress.</param>
/// <param name="ContinuesAfterLoss">Whether the batch continues when a message is lost or rejected.</param>
internal readonly record struct FastTerms(int MaxOutstandingAcks, TimeSpan AckTimeout, TimeSpan Timeout, bool ContinuesAfterLoss);
