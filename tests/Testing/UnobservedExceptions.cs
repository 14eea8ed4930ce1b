using System.Collections.Concurrent;

namespace Earshot.Testing;

/// <summary>
/// Fails the whole test run when a task's exception was never observed. Each test assembly switches it on by
/// <c>[assembly: AssemblyFixture(typeof(UnobservedExceptions))]</c>; it does not say which test started the task.
/// </summary>
/// <remarks>
/// xunit reports an exception thrown while an assembly fixture is disposed as a failure of the assembly, so the run's
/// exit code is not 0 even though every single test passed.
/// </remarks>
public sealed class UnobservedExceptions : IDisposable
{
    private readonly ConcurrentQueue<Exception> _unobserved = new();

    /// <summary>Starts to listen. One instance per process is enough, since the event is process-wide.</summary>
    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += OnUnobserved;

    /// <summary>Collects garbage until every abandoned task has been finalized, then throws if one had failed.</summary>
    /// <exception cref="AggregateException">At least one exception was never observed; it holds all of them.</exception>
    public void Dispose()
    {
        try
        {
            // The exception holder of a task only becomes finalizable once the task itself is collected, hence two rounds.
            for (int round = 0; round < 2; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }

        if (!_unobserved.IsEmpty)
        {
            throw new AggregateException("The exception of a failed task was not observed.", _unobserved);
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args) =>
        _unobserved.Enqueue(args.Exception);
}
