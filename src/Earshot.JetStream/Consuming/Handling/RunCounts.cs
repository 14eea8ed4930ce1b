namespace Earshot.JetStream.Consuming;

/// <summary>Counts the messages of a run by their result. Safe for use from any thread.</summary>
internal sealed class RunCounts
{
    private long _succeeded;
    private long _failed;
    private long _terminated;
    private long _canceled;

    public NatsJSRunResult Result => new(
        Interlocked.Read(ref _succeeded), Interlocked.Read(ref _failed), Interlocked.Read(ref _terminated), Interlocked.Read(ref _canceled));

    public void Add(HandlerOutcome outcome, in HandlerVerdict verdict)
    {
        if (outcome == HandlerOutcome.Succeeded)
        {
            Interlocked.Increment(ref _succeeded);
        }
        else if (outcome == HandlerOutcome.Canceled)
        {
            Interlocked.Increment(ref _canceled);
        }
        else if (verdict.Kind == HandlerVerdictKind.Terminate)
        {
            Interlocked.Increment(ref _terminated);
        }
        else
        {
            Interlocked.Increment(ref _failed);
        }
    }
}
