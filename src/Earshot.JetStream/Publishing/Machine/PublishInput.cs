namespace Earshot.JetStream.Publishing;

/// <summary>One fact, with its time.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Now">When.</param>
/// <param name="Error">The error, where there is one.</param>
/// <param name="Random">From 0 to 1, for delays.</param>
internal readonly record struct PublishInput(PublishInputKind Kind, TimeSpan Now, ApiError? Error = null, double Random = 0.5);
