namespace Earshot.JetStream.Publishing;

/// <summary>What a publish may do; fixed when it begins.</summary>
internal readonly record struct PublishTerms
{
    /// <summary>It has a message id, so that sending it twice stores it once.</summary>
    public bool HasId { get; init; }

    /// <summary>How long after the first attempt the stream certainly knows the id.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>Most attempts; below 1: no limit but the deadline.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Ask whether there is a stream when no one listens.</summary>
    public bool AsksForStream { get; init; }

    /// <summary>The same delay between all attempts; zero: rising ones.</summary>
    public TimeSpan FixedDelay { get; init; }
}
