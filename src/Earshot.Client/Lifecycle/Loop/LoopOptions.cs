namespace Earshot.Lifecycle;

/// <summary>What the loop needs besides the parts that every session shares.</summary>
internal sealed record LoopOptions
{
    public required AttemptOptions Attempts { get; init; }

    /// <summary>For jitter and the order of servers; safe for use from any thread.</summary>
    public required Random Random { get; init; }

    public required LifecycleCallbacks Callbacks { get; init; }

    public required NatsRequestFailMode RequestsOnDisconnect { get; init; }
}
