using Earshot.Client.Tests.Outbound;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class ReadSignalTests
{
    private static readonly Func<int[], bool> s_never = static _ => false;
    private readonly ReadSignal _signal = new();

    [Fact]
    public void A_reader_that_is_ready_does_not_wait() => Assert.True(_signal.WaitAsync(0, static _ => true, PartsRig.Token).AsTask().IsCompletedSuccessfully);

    [Fact]
    public async Task Every_waiting_reader_is_woken()
    {
        Task<bool>[] readers = [.. Enumerable.Range(0, 3).Select(_ => _signal.WaitAsync([], s_never, PartsRig.Token).AsTask())];
        Assert.All(readers, reader => Assert.False(reader.IsCompleted));
        _signal.Wake();

        await Task.WhenAll(readers).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.False(_signal.WaitAsync([], s_never, PartsRig.Token).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_reader_leaves_and_others_continue()
    {
        using var stop = new CancellationTokenSource();
        Task<bool> first = _signal.WaitAsync([], s_never, stop.Token).AsTask();
        Task<bool> second = _signal.WaitAsync([], s_never, PartsRig.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.False(second.IsCompleted);
        Task<bool> third = _signal.WaitAsync([], s_never, PartsRig.Token).AsTask();
        _signal.Wake();

        await Task.WhenAll(second, third).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    [Fact]
    public async Task A_token_that_is_already_cancelled_ends_the_wait_immediately()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _signal.WaitAsync([], s_never, stop.Token));
        Task<bool> next = _signal.WaitAsync([], s_never, PartsRig.Token).AsTask();
        _signal.Wake();

        Assert.True(await next.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public async Task No_wake_up_is_lost_between_threads(int readers, bool cancels)
    {
        const int Rounds = 30_000;
        int[] state = [0]; // how much was produced; the readers follow
        Task[] reading = [.. Enumerable.Range(0, readers).Select(_ => Task.Run(() => FollowAsync(state, Rounds, cancels), PartsRig.Token))];
        await Task.Run(
            () =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    Volatile.Write(ref state[0], i + 1);
                    _signal.Wake();
                    if (i % 64 == 0)
                    {
                        Thread.Yield();
                    }
                }
            },
            PartsRig.Token);

        // A lost wake-up would leave a reader asleep although everything was produced.
        await Task.WhenAll(reading).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    private async Task FollowAsync(int[] state, int rounds, bool cancels)
    {
        int seen = 0;
        while (seen < rounds)
        {
            using var stop = new CancellationTokenSource();
            Task<bool> waiting = _signal.WaitAsync((state, seen), static s => Volatile.Read(ref s.state[0]) > s.seen, cancels ? stop.Token : default).AsTask();
            if (cancels && seen % 2 == 0)
            {
                await stop.CancelAsync();
            }

            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            seen = Volatile.Read(ref state[0]);
        }
    }
}
