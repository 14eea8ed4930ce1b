using System.Buffers;
using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Client.Tests.Serialization;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>What has no bytes: empty payloads, null values, empty headers, and headers that only a serializer sets.</summary>
public sealed class EmptyAndNullTests
{
    [Fact]
    public async Task Payload_of_no_bytes_asks_the_deserializer()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<Stranger> sub = await rig.Connection.SubscribeCoreAsync("a", serializer: new Counting(), cancellationToken: rig.Token);
        await peer.SendAsync("MSG a 1 0\r\n\r\n");
        await peer.SendAsync("HMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\n");

        NatsMsg<Stranger> plain = await sub.Msgs.ReadAsync(rig.Token), withHeaders = await sub.Msgs.ReadAsync(rig.Token);
        Assert.Equal((0, true), (plain.Data!.X, plain.IsEmpty));
        Assert.Equal((0, true), (withHeaders.Data!.X, withHeaders.IsEmpty));
        var built = NatsMsg<Stranger>.Build("a", null, null, ReadOnlySequence<byte>.Empty, null, new NatsHeaderParser(), new Counting());
        Assert.Equal(0, built.Data!.X);
    }

    [Fact]
    public async Task The_sentinel_that_ends_a_subscription_asks_nobody()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<Stranger> sub = await rig.Connection.SubscribeCoreAsync("a", serializer: new Refusing(), opts: new NatsSubOpts { StopOnEmptyMsg = true }, cancellationToken: rig.Token);
        await peer.SendAsync("HMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\nMSG a 1 1\r\nx\r\n");
        Assert.False(await sub.Msgs.WaitToReadAsync(rig.Token) && sub.Msgs.TryRead(out _));
        Assert.Equal(NatsSubEndReason.EmptyMsg, sub.EndReason);
        Assert.False(await sub.Msgs.WaitToReadAsync(rig.Token));
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsExceptionOccurredEvent);
    }

    [Fact]
    public async Task No_responders_is_no_value_and_asks_nobody()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<Stranger> sub = await rig.Connection.SubscribeCoreAsync("a", serializer: new Counting(), cancellationToken: rig.Token);
        await peer.SendAsync("HMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");

        NatsMsg<Stranger> message = await sub.Msgs.ReadAsync(rig.Token);
        Assert.True(message.HasNoResponders && message.Data is null);
    }

    [Fact]
    public async Task Payload_of_no_bytes_is_default_for_bytes_text_and_numbers()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await ReadsDefaultAsync<byte[]>(rig, peer);
        await ReadsDefaultAsync<string>(rig, peer);
        await ReadsDefaultAsync<int>(rig, peer);
        await ReadsDefaultAsync<IMemoryOwner<byte>>(rig, peer);
        await ReadsDefaultAsync<int?>(rig, peer);
    }

    [Fact]
    public async Task Null_is_an_empty_payload_also_of_a_type_without_serializer()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync<Stranger>("a", null, cancellationToken: rig.Token);
        await rig.Connection.PublishAsync<byte[]>("b", null, cancellationToken: rig.Token);
        await rig.Connection.PublishAsync<string>("c", null, cancellationToken: rig.Token);
        await rig.Connection.PublishAsync<int?>("d", null, cancellationToken: rig.Token);
        Task<NatsMsg<string>> request = rig.Connection.RequestAsync<Stranger, string>("e", null, cancellationToken: rig.Token).AsTask();
        foreach (string subject in new[] { "a", "b", "c", "d" })
        {
            await peer.ExpectAsync($"PUB {subject} 0", rig.Token);
        }

        await peer.ExpectAsync("SUB", rig.Token);
        Assert.EndsWith(" 0", (await peer.ExpectAsync("PUB e", rig.Token)).Line, StringComparison.Ordinal);
        Assert.False(request.IsFaulted);
        await rig.PassUntilAsync(Assert.ThrowsAsync<NatsNoReplyException>(() => request));
    }

    [Fact]
    public async Task Empty_headers_are_sent_and_arrive_as_empty_not_as_null()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", "x", new NatsHeaders(), cancellationToken: rig.Token);
        Assert.Equal("NATS/1.0\r\n\r\nx", (await peer.ExpectAsync("HPUB a 12 13", rig.Token)).PayloadText);
        await rig.Connection.PublishAsync("a", "x", headers: null, cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB a 1", rig.Token);

        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.SendAsync("HMSG a 1 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
        await peer.SendMessageAsync("a", 1, "x");
        Assert.Equal(0, (await sub.Msgs.ReadAsync(rig.Token)).Headers?.Count);
        Assert.Null((await sub.Msgs.ReadAsync(rig.Token)).Headers);
    }

    [Fact]
    public async Task A_connection_without_headers_sends_none()
    {
        await using var rig = new ConnectionRig(o => o with { Headers = false });
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", "x", new NatsHeaders(), cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB a 1", rig.Token);
        Assert.Throws<InvalidOperationException>(() => { _ = rig.Connection.PublishAsync("a", new Stranger(1), serializer: new Counting(), cancellationToken: rig.Token); });
        await rig.Connection.PublishAsync("b", "x", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB b 1", rig.Token);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("empty")]
    [InlineData("some")]
    public async Task A_serializer_sets_headers_through_its_context(string given)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        for (int i = 0; i < 2; i++)
        {
            NatsHeaders? headers = given switch { "none" => null, "empty" => [], _ => new NatsHeaders { ["A"] = "1" } };
            string lines = given == "some" ? "NATS/1.0\r\nA: 1\r\nX-Type: Stranger\r\n\r\n" : "NATS/1.0\r\nX-Type: Stranger\r\n\r\n";
            await rig.Connection.PublishAsync("a", new Stranger(1), headers, serializer: new Counting(), cancellationToken: rig.Token);
            Assert.Equal(lines + "x", (await peer.ExpectAsync("HPUB a", rig.Token)).PayloadText);
            await rig.Connection.PublishAsync("b", 5, cancellationToken: rig.Token);
            await peer.ExpectAsync("PUB b 1", rig.Token); // nothing of it is left for the next message
        }

        Task<NatsMsg<string>> request = rig.Connection.RequestAsync<Stranger, string>("c", new Stranger(1), requestSerializer: new Counting(), cancellationToken: rig.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        Assert.Equal("NATS/1.0\r\nX-Type: Stranger\r\n\r\nx", (await peer.ExpectAsync("HPUB c", rig.Token)).PayloadText);
        await rig.PassUntilAsync(Assert.ThrowsAsync<NatsNoReplyException>(() => request));
    }

    private static async Task ReadsDefaultAsync<T>(ConnectionRig rig, ScriptedPeer peer)
    {
        await using INatsSub<T> sub = await rig.Connection.SubscribeCoreAsync<T>("a", cancellationToken: rig.Token);
        await peer.SendAsync($"MSG a {sub.Sid} 0\r\n\r\n");
        NatsMsg<T> message = await sub.Msgs.ReadAsync(rig.Token);
        Assert.Null(message.Error);
        Assert.True(message.IsEmpty);
        Assert.Equal(default, message.Data);
    }

    private sealed class Refusing : INatsDeserialize<Stranger>
    {
        public Stranger Deserialize(in ReadOnlySequence<byte> buffer) => throw new IOException("Nobody should ask.");
    }

    // The number of bytes is the value; it marks what it writes by a header.
    private sealed class Counting : INatsSerializer<Stranger>, INatsSerializerWithContext<Stranger>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, Stranger value) => bufferWriter.Write(Encoding.ASCII.GetBytes(new string('x', value.X)));

        public void Serialize(IBufferWriter<byte> bufferWriter, Stranger value, in NatsMsgContext context)
        {
            context.Headers!["X-Type"] = nameof(Stranger);
            Serialize(bufferWriter, value);
        }

        public Stranger Deserialize(in ReadOnlySequence<byte> buffer) => new((int)buffer.Length);

        public Stranger Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) => Deserialize(buffer);

        public INatsSerializer<Stranger> CombineWith(INatsSerializer<Stranger> next) => this;
    }
}
