using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>What waiting allocates: nothing but the payload, and that when it is read.</summary>
[Collection(nameof(IdleConnection))]
public sealed class QueueAllocationTests
{
    private const int PayloadArray = 40; // sixteen bytes, as the runtime lays them out
    private static readonly QueueFormat s_form = new("orders.new", IsExact: true);

    [Fact]
    public void A_queue_that_is_read_as_it_fills_allocates_nothing()
    {
        var queue = new MessageQueue();
        Assert.Equal(PayloadArray, BytesPerMessage(queue, bursts: 10_000, burst: 1));
    }

    [Fact]
    public void A_long_queue_takes_its_bytes_from_the_shared_pool()
    {
        var queue = new MessageQueue();
        Assert.InRange(BytesPerMessage(queue, bursts: 3, burst: 20_000), PayloadArray, PayloadArray + 1);
    }

    private static double BytesPerMessage(MessageQueue queue, int bursts, int burst)
    {
        Cycle(queue, burst);
        Cycle(queue, burst);
        // The runtime's own bookkeeping of a thread may add some bytes once, so the least of three counts is exact.
        return Enumerable.Range(0, 3).Min(_ => Count(queue, bursts, burst)) / (double)(bursts * burst);
    }

    private static long Count(MessageQueue queue, int bursts, int burst)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < bursts; i++)
        {
            Cycle(queue, burst);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Cycle(MessageQueue queue, int count)
    {
        Span<byte> payload = stackalloc byte[16];
        for (int i = 0; i < count; i++)
        {
            queue.Enqueue(new ServerOperation { Subject = "orders.new"u8, Payload = payload }, s_form);
        }

        for (int i = 0; i < count; i++)
        {
            Assert.True(queue.TryDequeue(s_form, out InboundMessage message) && message.PayloadLength == 16);
        }
    }
}
