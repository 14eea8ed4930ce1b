using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

public sealed class GateTests
{
    private Gate _gate;
    private long _count;

    [Fact]
    public void One_thread_at_a_time_is_inside()
    {
        const int Times = 200_000;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                using (_gate.EnterScope()) { _count++; } }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.Equal(4L * Times, _count);
    }

    [Fact]
    public async Task Contended_lock_is_acquired_after_release()
    {
        using var inside = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var holder = Task.Run(
            () =>
            {
                using (_gate.EnterScope())
                {
                    inside.Set();
                    Assert.True(leave.Wait(PartsRig.WaitLimit, PartsRig.Token));
                }
            },
            PartsRig.Token);
        Assert.True(inside.Wait(PartsRig.WaitLimit, PartsRig.Token));
        Assert.False(_gate.TryEnter());
        var waiter = Task.Run(
            () =>
            {
                using (_gate.EnterScope())
                {
                    _count++;
                }
            },
            PartsRig.Token);
        Assert.Equal(0, Volatile.Read(ref _count));
        leave.Set();

        await Task.WhenAll(holder, waiter).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(1, _count);
        Assert.True(_gate.TryEnter());
        _gate.Exit();
    }

    [Fact]
    public void It_is_released_when_the_protected_code_throws()
    {
        Assert.Throws<InvalidOperationException>(Fail);

        Assert.True(_gate.TryEnter());
        _gate.Exit();

        void Fail()
        {
            using (_gate.EnterScope())
            {
                throw new InvalidOperationException();
            }
        }
    }
}
