using System.Runtime.CompilerServices;

namespace Earshot.Simulation.Scheduling;

/// <summary>
/// Awaits that the thread pool has nothing left to execute. Correct only with a pool of one thread, and awaited from it: then nothing else
/// runs while its own work item does.
/// </summary>
internal sealed class Quiescence : INotifyCompletion, IThreadPoolWorkItem
{
    private const int MaxTurns = 200_000;

    private Action? _continuation;
    private int _turns;

    /// <summary>More work came each time than was done: something runs without an end.</summary>
    public bool IsBusyLoop => _turns >= MaxTurns;

    public bool IsCompleted => ThreadPool.PendingWorkItemCount == 0;

    public Quiescence GetAwaiter() => this;

    public void GetResult()
    {
        if (!IsBusyLoop)
        {
            _turns = 0;
        }
    }

    public void OnCompleted(Action continuation)
    {
        _continuation = continuation;
        Queue();
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (!IsCompleted && ++_turns < MaxTurns)
        {
            Queue(); // behind everything that waits now
            return;
        }

        _continuation!();
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
