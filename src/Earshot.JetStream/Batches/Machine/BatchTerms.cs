namespace Earshot.JetStream.Batches;

/// <summary>What stays the same for all messages of an atomic batch.</summary>
/// <param name="AckFirst">Whether the first message is acknowledged.</param>
/// <param name="AckEvery">The number of messages after which one is acknowledged; 0 for none.</param>
/// <param name="AckTimeout">The time to wait for an answer.</param>
/// <param name="Window">The time after its first commit within which the batch may be sent again.</param>
internal readonly record struct BatchTerms(bool AckFirst, int AckEvery, TimeSpan AckTimeout, TimeSpan Window);
