using System.Buffers;
using System.Text;
using Xunit;

namespace Earshot.Conformance.Tests.Core;

/// <summary>Every way to publish, as a subscriber on a real server sees it.</summary>
public sealed class PublishTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_form_of_bytes_arrives_as_it_was_sent()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<byte[]> sub = await nats.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Token);
        byte[] bytes = [0, 1, 13, 10, 255];
        await nats.PublishAsync(subject, bytes, cancellationToken: Token);
        await nats.PublishAsync(subject, bytes.AsMemory(), cancellationToken: Token);
        await nats.PublishAsync(subject, (ReadOnlyMemory<byte>)bytes, cancellationToken: Token);
        await nats.PublishAsync(subject, new ReadOnlySequence<byte>(bytes), cancellationToken: Token);
        await nats.PublishAsync(subject, Segments(bytes[..2], [], bytes[2..]), cancellationToken: Token);
        var owner = NatsMemoryOwner<byte>.Allocate(bytes.Length);
        bytes.CopyTo(owner.Span);
        await nats.PublishAsync(subject, owner, cancellationToken: Token);

        Assert.All(await sub.NextAsync(6), message => Assert.Equal(bytes, message.Data));
    }

    [Fact]
    public async Task Text_numbers_and_times_arrive_as_values()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        Assert.Equal("Grüße, 世界 🚀", await EchoAsync(nats, "Grüße, 世界 🚀"));
        Assert.Equal(-42, await EchoAsync(nats, -42));
        Assert.Equal(long.MaxValue, await EchoAsync(nats, long.MaxValue));
        Assert.Equal(1.5, await EchoAsync(nats, 1.5));
        Assert.True(await EchoAsync(nats, true));
        Assert.Equal(Guid.Empty, await EchoAsync(nats, Guid.Empty));
        Assert.Equal(DateTimeOffset.UnixEpoch, await EchoAsync(nats, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Bytes_received_as_memory_or_owner_stay_as_they_are_while_more_messages_come()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<ReadOnlyMemory<byte>> memories = await nats.SubscribeCoreAsync<ReadOnlyMemory<byte>>(subject, cancellationToken: Token);
        await using INatsSub<ReadOnlySequence<byte>> sequences = await nats.SubscribeCoreAsync<ReadOnlySequence<byte>>(subject, cancellationToken: Token);
        await using INatsSub<NatsMemoryOwner<byte>> owners = await nats.SubscribeCoreAsync<NatsMemoryOwner<byte>>(subject, cancellationToken: Token);
        for (int i = 0; i < 200; i++)
        {
            await nats.PublishAsync(subject, Encoding.ASCII.GetBytes($"message {i}"), cancellationToken: Token);
        }

        List<NatsMsg<ReadOnlyMemory<byte>>> asMemory = await memories.NextAsync(200);
        List<NatsMsg<ReadOnlySequence<byte>>> asSequence = await sequences.NextAsync(200);
        List<NatsMsg<NatsMemoryOwner<byte>>> asOwner = await owners.NextAsync(200);
        for (int i = 0; i < 200; i++)
        {
            byte[] expected = Encoding.ASCII.GetBytes($"message {i}");
            Assert.Equal(expected, asMemory[i].Data.ToArray());
            Assert.Equal(expected, asSequence[i].Data.ToArray());
            Assert.Equal(expected, asOwner[i].Data.Span.ToArray());
            asOwner[i].Data.Dispose();
        }
    }

    [Fact]
    public async Task A_pooled_owner_is_disposed_by_the_publish_that_took_it()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        using var owner = new CountingOwner([1, 2, 3]);
        await nats.PublishAsync<IMemoryOwner<byte>>(Servers.NewSubject(), owner, cancellationToken: Token);
        Assert.Equal(1, owner.Disposals);
    }

    [Fact]
    public async Task A_payload_may_be_used_for_something_else_once_the_publish_has_completed()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<byte[]> sub = await nats.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Token);
        byte[] reused = new byte[1024];
        for (int i = 0; i < 500; i++)
        {
            Array.Fill(reused, (byte)i);
            await nats.PublishAsync(subject, reused, cancellationToken: Token);
        }

        List<NatsMsg<byte[]>> messages = await sub.NextAsync(500);
        for (int i = 0; i < 500; i++)
        {
            Assert.All(messages[i].Data!, b => Assert.Equal((byte)i, b));
        }
    }

    [Fact]
    public async Task A_message_without_payload_is_empty_and_carries_reply_and_headers()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>(subject, cancellationToken: Token);
        await nats.PublishAsync(subject, new NatsHeaders { { "A", "1" } }, "the.reply", cancellationToken: Token);

        NatsMsg<string> message = await sub.NextAsync();
        Assert.True(message.IsEmpty);
        Assert.Null(message.Data);
        Assert.Equal("the.reply", message.ReplyTo);
        Assert.Equal("1", message.Headers!["A"]);
        Assert.Same(nats, message.Connection);
    }

    [Fact]
    public async Task Headers_keep_their_case_order_repetition_and_letters()
    {
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { CaseSensitiveHeaders = true });
        string subject = Servers.NewSubject();
        await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>(subject, cancellationToken: Token);
        var headers = new NatsHeaders(caseSensitive: true)
        {
            { "Key", new[] { "one", "two", "" } },
            { "KEY", "other case, other header" },
            { "letters", "Grüße 世界 🚀" },
        };
        await nats.PublishAsync(subject, "data", headers, cancellationToken: Token);

        NatsHeaders received = (await sub.NextAsync()).Headers!;
        Assert.Equal(["Key", "KEY", "letters"], received.Keys);
        Assert.Equal(new[] { "one", "two", "" }, received["Key"].ToArray());
        Assert.Equal("other case, other header", received["KEY"]);
        Assert.Equal("Grüße 世界 🚀", received["letters"]);
        await using NatsConnection usual = await servers.ConnectAsync();
        await using INatsSub<string> any = await usual.SubscribeCoreAsync<string>(subject, cancellationToken: Token);
        await usual.PublishAsync(subject, "data", received, cancellationToken: Token);
        NatsHeaders forwarded = (await any.NextAsync()).Headers!;
        Assert.Equal(["one", "two", "", "other case, other header"], forwarded["kEy"].ToArray());
        await usual.PublishAsync(subject, "data", forwarded, cancellationToken: Token);
        Assert.All(await sub.NextAsync(2), message => Assert.Equal(received.Keys, message.Headers!.Keys)); // also through a connection that ignores case
    }

    [Fact]
    public async Task Headers_changed_after_the_call_do_not_change_what_was_published()
    {
        string subject = Servers.NewSubject();
        await using NatsConnection reader = await servers.ConnectAsync();
        await using INatsSub<string> sub = await reader.SubscribeCoreAsync<string>(subject, cancellationToken: Token);
        await sub.ConfirmAsync(Token).InTimeAsync();
        await using NatsConnection nats = servers.NewConnection();
        var headers = new NatsHeaders { { "A", "before" } };
        Task published = nats.PublishAsync(subject, "data", headers, cancellationToken: Token).AsTask();
        headers["A"] = "after";
        await published.WaitAsync(Servers.Limit, Token);

        Assert.Equal("before", (await sub.NextAsync()).Headers!["A"]);
    }

    [Fact]
    public async Task A_received_message_can_be_published_again_as_it_is()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>(subject, cancellationToken: Token);
        var message = new NatsMsg<string> { Subject = subject, Data = "data", ReplyTo = "the.reply", Headers = new NatsHeaders { { "A", "1" } } };
        await nats.PublishAsync(message, cancellationToken: Token);

        NatsMsg<string> received = await sub.NextAsync();
        Assert.Equal(("data", "the.reply", "1"), (received.Data, received.ReplyTo, received.Headers!["A"].ToString()));
        Assert.Equal(new NatsMsgBuilder<string> { Subject = subject, Data = "data", ReplyTo = "the.reply", Headers = received.Headers }.Msg.Size, received.Size);
    }

    [Fact]
    public async Task A_payload_of_one_mebibyte_makes_the_round_trip()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<byte[]> sub = await nats.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Token);
        byte[] payload = new byte[1024 * 1024];
        new Random(1).NextBytes(payload);
        await nats.PublishAsync(subject, payload, cancellationToken: Token);
        Assert.Equal(payload, (await sub.NextAsync()).Data);

        NatsPayloadTooLargeException refused = await Assert.ThrowsAsync<NatsPayloadTooLargeException>(
            async () => await nats.PublishAsync(subject, new byte[payload.Length + 1], cancellationToken: Token));
        Assert.Equal((NatsOutcome.NotSent, payload.Length + 1L, (long)payload.Length), (refused.Outcome, refused.Size, refused.Limit));
        await nats.PublishAsync(subject, payload, cancellationToken: Token);
        Assert.Equal(payload, (await sub.NextAsync()).Data);
        Assert.Equal(0, nats.Stats.Reconnects);
    }

    private static async Task<T?> EchoAsync<T>(NatsConnection nats, T value)
    {
        string subject = Servers.NewSubject();
        await using INatsSub<T> sub = await nats.SubscribeCoreAsync<T>(subject, cancellationToken: Token);
        await nats.PublishAsync(subject, value, cancellationToken: Token);
        return (await sub.NextAsync()).Data;
    }

    private static ReadOnlySequence<byte> Segments(params byte[][] parts)
    {
        var first = new Segment(parts[0], 0);
        Segment last = parts[1..].Aggregate(first, (segment, part) => segment.Append(part));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }

    private sealed class CountingOwner(byte[] bytes) : IMemoryOwner<byte>
    {
        public int Disposals { get; private set; }

        public Memory<byte> Memory => bytes;

        public void Dispose() => Disposals++;
    }
}
