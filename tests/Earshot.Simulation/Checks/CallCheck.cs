using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Checks;

/// <summary>
/// Every call of a client: it completes within its bound, whatever happens, and fails only with an exception that its documentation names. It
/// has its bound again after a pause of the client's process.
/// </summary>
internal sealed class CallCheck(string client, Actor actor, Scheduler scheduler, Findings findings, RunLog log)
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private readonly Dictionary<int, (string Name, TimeSpan Started)> _open = [];
    private int _last;

    /// <summary>Runs a call that must complete within a time; null: until the connection is good again. It may be cancelled before.</summary>
    public async Task RunAsync(string name, TimeSpan? bound, Func<CancellationToken, Task> call, TimeSpan? cancelAfter = null)
    {
        int number = ++_last;
        _open.Add(number, (name, scheduler.Now));
        if (bound is { } limit)
        {
            Watch(number, name, limit);
        }

        using var cancellation = new CancellationTokenSource();
        if (cancelAfter is { } time)
        {
            scheduler.After(time, actor, () => Cancel(number, name, cancellation));
        }

        string outcome = "succeeds";
        try
        {
            await call(cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            outcome = Describe(e);
            if (!IsExpected(e) || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                findings.Report("exceptions-typed", $"{client}: {name} threw {e}");
            }
        }

        _open.Remove(number);
        log.Add(client, $"call {number} {name} {outcome}");
    }

    /// <summary>The faults are over for longer than every bound: no call may be open, except those of listeners that have just begun.</summary>
    public void RequireAllCompleted()
    {
        foreach ((string name, TimeSpan started) in _open.Values.Where(call => scheduler.Now - call.Started > s_longest))
        {
            findings.Report("calls-complete", $"{client}: {name} since {started.TotalSeconds:F3} s has not completed");
        }
    }

    private void Cancel(int number, string name, CancellationTokenSource cancellation)
    {
        if (_open.ContainsKey(number))
        {
            log.Add(client, $"cancels call {number}");
            cancellation.Cancel();
            Watch(number, $"{name}, cancelled", TimeSpan.Zero);
        }
    }

    private void Watch(int number, string name, TimeSpan bound) => scheduler.After(bound + s_tolerance, actor, () =>
    {
        if (!_open.ContainsKey(number))
        {
            return;
        }

        if (scheduler.Now - actor.PausedUntil < bound + s_tolerance)
        {
            Watch(number, name, bound); // the process was paused meanwhile
            return;
        }

        findings.Report("calls-complete", $"{client}: {name} has not completed within {bound.TotalSeconds:F3} s");
    });

    private static string Describe(Exception e) => e is INatsDelivery delivery ? $"throws {e.GetType().Name} {delivery.Outcome}" : $"throws {e.GetType().Name}";

    private static bool IsExpected(Exception e) => e is NatsException or OperationCanceledException or ObjectDisposedException or TimeoutException;
}
