using System.Buffers;
using System.Text;
using CsCheck;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class MessageQueueTests
{
    private static readonly QueueFormat s_exact = new("orders.new", IsExact: true);
    private static readonly QueueFormat s_pooled = new("orders.*", IsExact: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_mix_of_operations_and_sizes_behaves_like_a_queue(bool isExact)
    {
        QueueFormat form = isExact ? s_exact : s_pooled;
        var size = Gen.OneOf(Gen.Int[0, 40], Gen.Int[0, 700], Gen.Int[0, 5000], Gen.Int[30_000, 36_000]);
        var letter = Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.OneOf(Gen.Const(0), Gen.Int[12, 60]), size, static (subject, asks, headers, payload) => new Letter(subject, asks, headers, payload));
        Gen.Select(letter, Gen.Int[0, 9]).List[0, 400].Sample(moves =>
        {
            var queue = new MessageQueue();
            var model = new Queue<Letter>();
            long counted = 0;
            foreach ((Letter next, int move) in moves)
            {
                if (move < 6)
                {
                    next.Enqueue(queue, form);
                    model.Enqueue(next);
                    counted += next.Counts;
                }
                else
                {
                    bool isThere = move < 9 ? queue.TryDequeue(form, out InboundMessage message) : queue.TryEvict(form, out message);
                    Assert.Equal(model.TryDequeue(out Letter? expected), isThere);
                    expected?.AssertIs(message, isExact);
                    counted -= expected?.Counts ?? 0;
                }

                Assert.Equal((model.Count, counted, model.Count == 0, model.Count == 0), (queue.PendingMessages, queue.PendingBytes, queue.IsEmpty, queue.IsDrained()));
            }
        });
    }

    [Fact]
    public void Evicted_messages_are_dequeued_but_not_delivered()
    {
        var queue = new MessageQueue();
        for (int i = 0; i < 3; i++)
        {
            new Letter(0, false, 0, i).Enqueue(queue, s_exact);
        }

        queue.TryEvict(s_exact, out _);
        queue.TryDequeue(s_exact, out _);

        Assert.Equal((3, 2, 1, 1), (queue.EnqueuedMessages, queue.DequeuedMessages, queue.DeliveredMessages, queue.PendingMessages));
    }

    [Fact]
    public void A_message_is_unchanged_wherever_a_ring_ends()
    {
        // Lengths without a common divisor use every position of a ring, its last bytes included.
        var queue = new MessageQueue();
        for (int i = 0; i < 3000; i++)
        {
            Letter first = new(i % 3, i % 2 == 0, 0, i % 97), second = new(0, false, i % 5 == 0 ? 13 : 0, i % 89);
            first.Enqueue(queue, s_exact);
            second.Enqueue(queue, s_exact);
            queue.TryDequeue(s_exact, out InboundMessage one);
            queue.TryDequeue(s_exact, out InboundMessage two);
            first.AssertIs(one, isExact: true);
            second.AssertIs(two, isExact: true);
        }
    }

    [Fact]
    public void Positions_in_a_ring_may_pass_the_greatest_number()
    {
        // In steps that meet the end of the ring in ever other places, until the positions are negative.
        const int Payload = 300_001;
        var ring = new MessageRing(MessageRing.CapacityFor(QueuedHeader.Size + Payload));
        byte[] payload = new byte[Payload];
        for (long passed = 0; passed < int.MaxValue + (4L * ring.Capacity); passed += Payload)
        {
            payload[0] = payload[^1] = (byte)(passed % 251);
            var message = new ServerOperation { Payload = payload };
            var head = new QueuedHeader(message, isLiteral: true, isOverflow: false);
            Assert.True(ring.TryAppend(head, message));
            Assert.True(ring.TryPeek(out QueuedMessage waiting));
            Assert.Equal((Payload, payload[0], payload[0]), (waiting.Content.Length, waiting.Content[0], waiting.Content[^1]));
            ring.Advance(head);
            Assert.False(ring.TryPeek(out _));
        }
    }

    [Fact]
    public void Subject_and_reply_of_the_greatest_length_fit()
    {
        string longest = new('s', ProtocolLimits.Default.MaxControlLine - "MSG  1 0".Length);
        var queue = new MessageQueue();
        for (int i = 0; i < 3; i++)
        {
            queue.Enqueue(new ServerOperation { Subject = Encoding.UTF8.GetBytes(longest), ReplyTo = Encoding.UTF8.GetBytes(longest) }, s_exact);
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.True(queue.TryDequeue(s_exact, out InboundMessage message));
            Assert.Equal((longest, longest), (message.Subject, message.ReplyTo));
        }
    }

    [Fact]
    public async Task Two_threads_pass_everything_once_and_in_order()
    {
        const int Count = 500_000;
        var queue = new MessageQueue();
        var writing = Task.Run(
            () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    Numbered(queue, i);
                }
            },
            PartsRig.Token);
        int next = await Task.Run(
            () =>
            {
                int expected = 0;
                while (expected < Count)
                {
                    if (!queue.TryDequeue(s_exact, out InboundMessage message))
                    {
                        Thread.Yield();
                    }
                    else if (NumberOf(message) != expected++)
                    {
                        return -expected;
                    }
                }

                return expected;
            },
            PartsRig.Token).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        await writing;

        Assert.Equal(Count, next);
        Assert.True(queue.IsEmpty);
        Assert.Equal((0, 0, Count), (queue.PendingMessages, queue.PendingBytes, queue.DequeuedMessages));
    }

    [Fact]
    public async Task Readers_that_share_a_queue_get_each_message_once_and_each_in_order()
    {
        const int Count = 100_000;
        var queue = new MessageQueue();
        Task<int[]>[] reading = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadUntil(queue, Count).ToArray(), PartsRig.Token))];
        for (int i = 0; i < Count; i++)
        {
            Numbered(queue, i);
        }

        int[][] read = await Task.WhenAll(reading).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        Assert.All(read, static numbers => Assert.True(numbers.Zip(numbers.Skip(1)).All(static pair => pair.First < pair.Second)));
        Assert.Equal(Enumerable.Range(0, Count), read.SelectMany(static numbers => numbers).Order());
    }

    [Fact]
    public async Task What_is_evicted_while_others_read_is_taken_only_once()
    {
        const int Count = 100_000;
        var queue = new MessageQueue();
        List<int> evicted = [];
        Task<int[]>[] reading = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntil(queue, Count).ToArray(), PartsRig.Token))];
        for (int i = 0; i < Count; i++)
        {
            Numbered(queue, i);
            if (queue.PendingMessages > 20 && queue.TryEvict(s_exact, out InboundMessage oldest))
            {
                evicted.Add(NumberOf(oldest));
            }
        }

        int[][] read = await Task.WhenAll(reading).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        Assert.Equal(Enumerable.Range(0, Count), read.SelectMany(static numbers => numbers).Concat(evicted).Order());
        Assert.Equal((Count - evicted.Count, 0), (queue.DeliveredMessages, queue.PendingBytes));
    }

    [Fact]
    public void Cached_counts_follow_producer_and_consumer()
    {
        var queue = new MessageQueue();
        Assert.True(queue.IsWithinCachedCounts(0, 0));
        Assert.False(queue.IsWithinCachedCounts(0, -1));
        queue.Enqueue(new ServerOperation { Subject = "s"u8, Payload = new byte[9] }, s_exact);
        Assert.False(queue.IsWithinCachedCounts(0, 100));
        Assert.False(queue.IsWithinCachedCounts(1, 9));
        Assert.True(queue.IsWithinCachedCounts(1, 10));
        queue.TryDequeue(s_exact, out _);
        Assert.True(queue.IsWithinCachedCounts(0, 0));
    }

    private static IEnumerable<int> ReadUntil(MessageQueue queue, int count)
    {
        while (queue.DequeuedMessages < count)
        {
            if (queue.TryDequeue(s_exact, out InboundMessage message))
            {
                yield return NumberOf(message);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private static void Numbered(MessageQueue queue, int number)
    {
        Span<byte> payload = stackalloc byte[4];
        BitConverter.TryWriteBytes(payload, number);
        queue.Enqueue(new ServerOperation { Subject = "orders.new"u8, Payload = payload }, s_exact);
    }

    private static int NumberOf(InboundMessage message) => BitConverter.ToInt32(message.Payload.Span);

    private sealed record Letter(int SubjectNumber, bool Asks, int Headers, int Payload)
    {
        private string Subject => SubjectNumber == 0 ? "orders.new" : $"orders.{SubjectNumber}";

        private string? ReplyTo => Asks ? "_INBOX.1" : null;

        public long Counts => Subject.Length + (ReplyTo?.Length ?? 0) + Headers + Payload;

        public void Enqueue(MessageQueue queue, QueueFormat form) => queue.Enqueue(
            new ServerOperation
            {
                Subject = Encoding.UTF8.GetBytes(Subject),
                ReplyTo = Encoding.UTF8.GetBytes(ReplyTo ?? ""),
                Headers = Bytes(Headers, 1),
                Payload = Bytes(Payload, 2),
            },
            form);

        public void AssertIs(InboundMessage message, bool isExact)
        {
            Assert.Equal((Subject, ReplyTo, Headers, Payload), (message.Subject, message.ReplyTo, message.HeadersLength, message.PayloadLength));
            Assert.True(Bytes(Headers, 1).SequenceEqual(message.Headers) && Bytes(Payload, 2).SequenceEqual(message.Payload.Span));
            Assert.Equal(Headers + Payload > 0 && !(isExact && Headers == 0), message.IsPooled);
            Assert.True(message.IsPooled || message.Buffer.Length == Payload);
            if (message.IsPooled)
            {
                ArrayPool<byte>.Shared.Return(message.Buffer);
            }
        }

        private byte[] Bytes(int length, int salt)
        {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++)
            {
                bytes[i] = (byte)((i * salt) + length + SubjectNumber);
            }

            return bytes;
        }
    }
}
