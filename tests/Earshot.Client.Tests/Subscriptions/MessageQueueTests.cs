using CsCheck;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class MessageQueueTests
{
    [Fact]
    public void Any_mix_of_operations_behaves_like_a_queue() =>
        Gen.Int[0, 9].List[0, 3000].Sample(moves =>
        {
            var queue = new MessageQueue();
            var model = new Queue<int>();
            int number = 0;
            foreach (int move in moves)
            {
                if (move < 6)
                {
                    queue.Enqueue(Message(number));
                    model.Enqueue(number++);
                }
                else if (move < 9)
                {
                    Assert.Equal(model.TryDequeue(out int expected), queue.TryDequeue(out InboundMessage message));
                    Assert.Equal(expected, message.PayloadLength);
                }
                else
                {
                    Assert.Equal(model.TryPeek(out int expected), queue.TryPeek(out InboundMessage message));
                    Assert.Equal(expected, message.PayloadLength);
                }

                Assert.Equal((model.Count, model.Sum() + model.Count, model.Count == 0), (queue.PendingMessages, queue.PendingBytes, queue.IsEmpty));
            }
        });

    [Fact]
    public async Task Two_threads_pass_everything_once_and_in_order()
    {
        const int Count = 500_000;
        var queue = new MessageQueue();
        Task writing = Task.Run(
            () =>
            {
                for (int i = 0; i < Count; i++)
                    queue.Enqueue(Message(i));
            },
            PartsRig.Token);
        int next = await Task.Run(
            () =>
            {
                int expected = 0;
                while (expected < Count)
                {
                    if (!queue.TryDequeue(out InboundMessage message))
                        Thread.Yield();
                    else if (message.PayloadLength != expected++)
                        return -expected;
                }

                return expected;
            },
            PartsRig.Token).WaitAsync(PartsRig.Patience, PartsRig.Token);
        await writing;

        Assert.Equal(Count, next);
        Assert.True(queue.IsEmpty);
        Assert.Equal((0, 0, Count), (queue.PendingMessages, queue.PendingBytes, queue.DequeuedMessages));
    }

    [Fact]
    public void A_steady_flow_allocates_nothing()
    {
        var queue = new MessageQueue();
        InboundMessage message = Message(1);
        queue.Enqueue(message);
        queue.TryDequeue(out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            queue.Enqueue(message);
            queue.TryDequeue(out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_queue_that_fills_and_empties_again_and_again_allocates_nothing_until_it_is_trimmed()
    {
        var queue = new MessageQueue();
        Cycle(queue);
        Cycle(queue);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Cycle(queue);
        long again = GC.GetAllocatedBytesForCurrentThread() - before;
        queue.Trim();
        Cycle(queue);

        Assert.Equal(0, again);
        Assert.NotEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_is_surely_within_a_limit_follows_both_sides()
    {
        var queue = new MessageQueue();
        Assert.True(queue.IsSurelyWithin(0, 0));
        Assert.False(queue.IsSurelyWithin(0, -1));
        queue.Enqueue(Message(9));
        Assert.False(queue.IsSurelyWithin(0, 100));
        Assert.False(queue.IsSurelyWithin(1, 9));
        Assert.True(queue.IsSurelyWithin(1, 10));
        queue.TryDequeue(out _);
        Assert.True(queue.IsSurelyWithin(0, 0));
    }

    private static void Cycle(MessageQueue queue)
    {
        for (int i = 0; i < 20_000; i++)
            queue.Enqueue(Message(i));
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(queue.TryDequeue(out InboundMessage message));
            if (message.PayloadLength != i)
                Assert.Fail($"{message.PayloadLength} came instead of {i}.");
        }
    }

    private static InboundMessage Message(int number) => new("s", null, [], 0, number, false);
}
