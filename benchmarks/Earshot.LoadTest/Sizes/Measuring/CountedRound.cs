namespace Earshot.LoadTest.Sizes;

/// <summary>Completes when something has happened a given number of times, on any threads; then the next round can begin.</summary>
internal sealed class CountedRound
{
    private TaskCompletionSource _done = new();
    private int _left;

    public Task Begin(int count)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_done, _) = (done, Interlocked.Exchange(ref _left, count));
        return done.Task;
    }

    public void Add()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.SetResult();
        }
    }
}
