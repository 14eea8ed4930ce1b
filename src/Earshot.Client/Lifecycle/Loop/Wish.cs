namespace Earshot.Lifecycle;

/// <summary>What a caller waits for that asked for it: a session, or one that is newer than the wish.</summary>
internal sealed class Wish(bool isReconnect)
{
    public bool IsReconnect => isReconnect;

    public TaskCompletionSource Fulfilled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
