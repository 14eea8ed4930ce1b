using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>A clock of the test that tells which timers are created, and can run an action when the calling thread reads it.</summary>
internal sealed class StepTime() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentDictionary<TimeSpan, SemaphoreSlim> _timers = new();
    private int _thread;
    private int _left;
    private Action? _action;

    /// <summary>Whether the action has run.</summary>
    public bool HasRun => Volatile.Read(ref _action) is null;

    /// <summary>Runs an action when the present thread reads the clock for the nth time from now on.</summary>
    public void RunAtReading(int number, Action action) => (_thread, _left, _action) = (Environment.CurrentManagedThreadId, number, action);

    /// <summary>Completes when a timer with this due time was created, once for each.</summary>
    public Task TimerAsync(TimeSpan due, CancellationToken cancellationToken) => Of(due).WaitAsync(cancellationToken);

    public override long GetTimestamp()
    {
        if (_action is { } action && Environment.CurrentManagedThreadId == _thread && --_left == 0)
        {
            _action = null;
            action();
        }

        return base.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        Of(dueTime).Release();
        return timer;
    }

    private SemaphoreSlim Of(TimeSpan due) => _timers.GetOrAdd(due, static _ => new SemaphoreSlim(0));
}
