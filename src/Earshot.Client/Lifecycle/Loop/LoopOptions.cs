namespace Earshot.Lifecycle;

/// <summary>What the loop needs besides the parts that every session shares.</summary>
internal sealed record LoopOptions
{
    public required AttemptOptions Attempts { get; init; }

    public required LifecycleCallbacks Callbacks { get; init; }

    public required RequestFailMode RequestsOnDisconnect { get; init; }
}
