namespace Earshot.JetStream.Publishing;

/// <summary>The rules for the attempts of a publish. They do not change.</summary>
internal readonly record struct PublishTerms
{
    /// <summary>Whether the publish has a message id, so that it can be sent twice and stored once.</summary>
    public bool HasId { get; init; }

    /// <summary>The time after the first attempt for which the stream certainly remembers the message id.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>The maximum number of attempts; below 1: no limit before the deadline.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Whether to ask the server if a stream has the subject when there are no responders.</summary>
    public bool AsksForStream { get; init; }

    /// <summary>The delay between attempts; zero: increasing delays.</summary>
    public TimeSpan FixedDelay { get; init; }
}
