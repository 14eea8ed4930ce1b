namespace Earshot.Lifecycle;

/// <summary>What a caller waits for that asked for it: a session, or one that is newer than the wish.</summary>
internal sealed class PendingCall(bool isReconnect)
{
    public bool IsReconnect => isReconnect;

    public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
