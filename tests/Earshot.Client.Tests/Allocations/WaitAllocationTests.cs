using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;
using Earshot.Connections;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>A reader that waits for each of its messages allocates nothing for it, neither where it waits nor where it is woken.</summary>
[Collection(nameof(IdleConnection))]
public sealed class WaitAllocationTests
{
    private const int Times = 1000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_step_of_an_enumeration_that_waits_allocates_nothing()
    {
        var channel = new ManualChannel();
        IAsyncEnumerator<NatsMsg<int>> messages = new MessageStream<int>(channel, null, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        ValueTask<bool> step = messages.MoveNextAsync();
        long allocated = IdleConnection.Allocated(Times, () =>
        {
            ValueTaskAwaiter<bool> awaiter = step.GetAwaiter();
            Assert.False(awaiter.IsCompleted);
            channel.Send();
            Assert.True(awaiter.GetResult());
            step = messages.MoveNextAsync();
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void To_wake_a_reader_allocates_nothing()
    {
        var signal = new ReadSignal();
        using var done = new ManualResetEventSlim();
        Action woken = done.Set;
        long allocated = IdleConnection.Allocated(Times, () =>
        {
            done.Reset();
            ValueTaskAwaiter<bool> awaiter = AwaiterOf(signal.WaitAsync(0, static _ => false, CancellationToken.None));
            awaiter.UnsafeOnCompleted(woken);
            signal.Wake();
            Assert.True(done.Wait(s_limit));
            Assert.True(awaiter.GetResult());
        });

        Assert.Equal(0, allocated);
    }

    private static ValueTaskAwaiter<bool> AwaiterOf(ValueTask<bool> wait) => wait.GetAwaiter();

    /// <summary>A message for each send, and a wait that ends on the thread that sends.</summary>
    private sealed class ManualChannel : ChannelReader<NatsMsg<int>>, IValueTaskSource<bool>
    {
        private ManualResetValueTaskSourceCore<bool> _wait;
        private bool _hasMessage;

        public void Send()
        {
            _hasMessage = true;
            _wait.SetResult(true);
        }

        public override bool TryRead(out NatsMsg<int> item)
        {
            item = default;
            (bool had, _hasMessage) = (_hasMessage, false);
            return had;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            _wait.Reset();
            return new ValueTask<bool>(this, _wait.Version);
        }

        bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

        void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, flags);
    }
}
