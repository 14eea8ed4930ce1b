namespace Earshot.JetStream;

/// <summary>Messages of a fast batch that are not stored, while the batch continues.</summary>
/// <param name="First">The number of the first of them, counted from 1 in the order in which they were added.</param>
/// <param name="Last">The number of the last of them.</param>
/// <param name="Error">The error with which the server rejected the message; null when the messages were lost in flight.</param>
public readonly record struct NatsJSFastLoss(long First, long Last, ApiError? Error);
