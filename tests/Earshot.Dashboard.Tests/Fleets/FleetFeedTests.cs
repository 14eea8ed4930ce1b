using Earshot.Dashboard.Fleets;
using Earshot.Dashboard.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Fleets;

/// <summary>When the streams of a fleet are read again after a failure, and what is logged.</summary>
public sealed class FleetFeedTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task After_a_failure_only_a_page_causes_another_attempt_and_equal_failures_are_logged_once()
    {
        using var time = new TimeOfPauses();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(DashboardApp.Cancel);
        var log = new LogLines();
        string reason = "no viewer";
        int calls = 0;
        var options = new NatsDashboardOptions
        {
            Fleet = _ =>
            {
                Interlocked.Increment(ref calls);
                throw new InvalidOperationException(reason);
            },
        };
        var feed = new FleetFeed(new ServiceCollection().BuildServiceProvider(), options, time, log.CreateLogger("Earshot.Dashboard"), stop.Token);
        feed.Demand();
        await time.NextPauseAsync();
        for (int i = 1; i < 12; i++)
        {
            // Less than a minute ago a page was read.
            time.Advance(s_pause);
            await time.NextPauseAsync();
        }

        Assert.Equal(12, calls);
        for (int i = 0; i < 20; i++)
        {
            time.Advance(s_pause);
            await Task.Run(static () => { }, stop.Token); // what the end of the pause has caused runs before this
        }

        Assert.Equal(12, calls);
        Assert.Single(log.All);
        reason = "another";
        feed.Demand();
        await time.NextPauseAsync();
        Assert.Equal((13, 2), (calls, log.All.Count));
        await stop.CancelAsync();
    }

    private sealed class TimeOfPauses : FakeTimeProvider, IDisposable
    {
        private readonly SemaphoreSlim _pauses = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Release();
            return timer;
        }

        public async Task NextPauseAsync() => Assert.True(await _pauses.WaitAsync(DashboardApp.Limit, DashboardApp.Cancel));

        public void Dispose() => _pauses.Dispose();
    }
}
