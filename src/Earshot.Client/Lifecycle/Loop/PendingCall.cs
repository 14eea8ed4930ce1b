namespace Earshot.Lifecycle;

/// <summary>The call of an application that waits for a session: any session, or one that is newer than the call.</summary>
internal sealed class PendingCall(bool isReconnect)
{
    public bool IsReconnect => isReconnect;

    public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
