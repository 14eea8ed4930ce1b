namespace Earshot.JetStream.Publishing;

/// <summary>An input of the machine, with its time.</summary>
/// <param name="Kind">The kind of the input.</param>
/// <param name="Now">The time of the input.</param>
/// <param name="Error">The error of the server; null when there is none.</param>
/// <param name="Random">A random number from 0 to 1, for the jitter of delays.</param>
internal readonly record struct PublishInput(PublishInputKind Kind, TimeSpan Now, ApiError? Error = null, double Random = 0.5);
