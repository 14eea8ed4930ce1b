using Microsoft.Extensions.Time.Testing;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>
/// A clock for a client of a real server: nothing is late for the client before the test lets time pass. At the end of the test time passes
/// again, because a read that stops and a connection that closes may wait.
/// </summary>
internal sealed class HeldTime : FakeTimeProvider, IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _disposed = new();
    private readonly DateTimeOffset _created;
    private Task _passing = Task.CompletedTask;

    public HeldTime() => _created = GetUtcNow();

    /// <summary>The time that has passed on this clock.</summary>
    public TimeSpan Passed => GetUtcNow() - _created;

    /// <summary>Lets time pass until a condition is true.</summary>
    public async Task PassUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!condition())
        {
            Advance(s_step);
            await again.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Lets time pass from the disposal of the returned object, which is the last one that the test creates, to that of the clock.</summary>
    public IDisposable PassesAtTheEnd() => new End(this);

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _passing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposed.Dispose();
    }

    private sealed class End(HeldTime time) : IDisposable
    {
        public void Dispose() => time._passing = time.PassUntilAsync(() => false, time._disposed.Token);
    }
}
