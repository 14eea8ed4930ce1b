using System.Net.Sockets;
using Earshot.Testing;
using Earshot.Transport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Transport;

public sealed class MemoryTransportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receive_with_an_empty_buffer_waits_for_bytes_and_takes_none()
    {
        var pair = new MemoryTransportPair();
        ValueTask<int> waiting = pair.Client.ReceiveAsync(Memory<byte>.Empty);
        Assert.False(waiting.IsCompleted);
        await pair.WriteAsync("abc"u8.ToArray(), Cancellation);
        Assert.Equal(0, await waiting);
        Assert.Equal(3, pair.UnreadByClient);
        Assert.Equal(3, await pair.Client.ReceiveAsync(new byte[8]));
    }

    [Fact]
    public async Task Chunks_cut_the_stream_at_every_position()
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { ChunkSize = 1 });
        await pair.WriteAsync("abc"u8.ToArray(), Cancellation);
        byte[] buffer = new byte[8];
        foreach (char expected in "abc")
        {
            Assert.Equal(1, await pair.Client.ReceiveAsync(buffer));
            Assert.Equal(expected, (char)buffer[0]);
        }
    }

    [Fact]
    public async Task Full_pipe_makes_the_send_wait_until_the_other_side_reads()
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { Capacity = 4 });
        Task sending = pair.Client.SendAsync("abcdef"u8.ToArray()).AsTask();
        Assert.False(sending.IsCompleted);
        Assert.Equal(4, await pair.ReadAsync(new byte[8], Cancellation));
        await sending;
        Assert.Equal(2, await pair.ReadAsync(new byte[8], Cancellation));
    }

    [Fact]
    public async Task Close_delivers_the_rest_and_then_the_end()
    {
        var pair = new MemoryTransportPair();
        await pair.WriteAsync("abc"u8.ToArray(), Cancellation);
        pair.Close();
        Assert.Equal(3, await pair.Client.ReceiveAsync(new byte[8]));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[8]));
        await Assert.ThrowsAsync<SocketException>(async () => await pair.Client.SendAsync(new byte[1]));
    }

    [Fact]
    public async Task Reset_delivers_the_rest_and_then_fails()
    {
        var pair = new MemoryTransportPair();
        await pair.WriteAsync("abc"u8.ToArray(), Cancellation);
        pair.Abort();
        Assert.Equal(3, await pair.Client.ReceiveAsync(new byte[8]));
        SocketException exception = await Assert.ThrowsAsync<SocketException>(async () => await pair.Client.ReceiveAsync(new byte[8]));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [Fact]
    public async Task Abort_unblocks_receive_and_send()
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { Capacity = 1 });
        Task<int> receiving = pair.Client.ReceiveAsync(new byte[8]).AsTask();
        Task sending = pair.Client.SendAsync(new byte[8]).AsTask();
        pair.Client.Abort();
        pair.Client.Abort();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending);
        Assert.True(pair.Client.IsClosed);
    }

    [Fact]
    public async Task Two_receives_at_a_time_break_the_contract_loudly()
    {
        var pair = new MemoryTransportPair();
        Task<int> first = pair.Client.ReceiveAsync(new byte[8]).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.ReceiveAsync(new byte[8]));
        pair.Close();
        Assert.Equal(0, await first);
    }

    [Fact]
    public async Task Peer_reads_lines_and_payloads_in_whatever_pieces_they_come()
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { ChunkSize = 1 });
        var peer = new ScriptedPeer(pair) { AnswersPings = true };
        await pair.Client.SendAsync("SUB foo 1\r\nPING\r\nPUB foo 4\r\n\r\n\r\n\r\nHPUB a b 2 3\r\nxyz\r\n"u8.ToArray());
        pair.Client.Dispose();

        await peer.ExpectAsync("SUB foo 1", Cancellation);
        Assert.Equal("\r\n\r\n", (await peer.ExpectAsync("PUB foo", Cancellation)).PayloadText);
        Assert.Equal(("HPUB", "xyz"), await peer.ReadOperationAsync(Cancellation) is { } op ? (op.Verb, op.PayloadText) : default);
        Assert.Null(await peer.ReadOperationAsync(Cancellation));
    }

    [Fact]
    public async Task Unmet_expectation_shows_the_conversation()
    {
        var pair = new MemoryTransportPair();
        var peer = new ScriptedPeer(pair);
        await peer.SendInfoAsync(["b:1"], lameDuck: true, more: "\"nonce\":\"n\"");
        await pair.Client.SendAsync("SUB foo 12\r\n"u8.ToArray());
        ScriptFailedException exception = await Assert.ThrowsAsync<ScriptFailedException>(() => peer.ExpectAsync("SUB foo 1", Cancellation));
        Assert.Contains("C> SUB foo 12", exception.Message, StringComparison.Ordinal);
        Assert.Contains("\"connect_urls\":[\"b:1\"],\"ldm\":true,\"nonce\":\"n\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialler_refuses_hangs_delays_and_connects()
    {
        var time = new FakeTimeProvider();
        var dialer = new ScriptedDialer(time);
        var target = new TransportTarget("nats", "a", 4222);
        await Assert.ThrowsAsync<SocketException>(async () => await dialer.DialAsync(target, Cancellation));
        await Assert.ThrowsAsync<SocketException>(async () => await dialer.ResolveAsync("a", Cancellation));

        ScriptedServer server = dialer.Server("a").RefusesNext(1);
        await Assert.ThrowsAsync<SocketException>(async () => await dialer.DialAsync(target, Cancellation));

        server.Delays(TimeSpan.FromSeconds(2));
        Task<ITransport> delayed = dialer.DialAsync(target, Cancellation).AsTask();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(delayed.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        using ITransport transport = await delayed;
        ScriptedPeer peer = await server.AcceptAsync(Cancellation);
        await transport.SendAsync("CONNECT {}\r\nPING\r\n"u8.ToArray());
        Assert.Equal("CONNECT {}", (await peer.HandshakeAsync(Cancellation)).Line);

        using var cancellation = new CancellationTokenSource();
        Task<ITransport> hanging = server.Hangs().Port == 4222 ? dialer.DialAsync(target, cancellation.Token).AsTask() : delayed;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        Assert.Equal(4, dialer.Dials.Count);
    }

    [Fact]
    public async Task Script_plays_every_connection_and_its_failure_is_seen()
    {
        var dialer = new ScriptedDialer(new FakeTimeProvider());
        ScriptedServer server = dialer.Server("a").Plays(async peer =>
        {
            await peer.HandshakeAsync(Cancellation);
            peer.Cut();
        });
        using ITransport good = await dialer.DialAsync(new TransportTarget("nats", "a", 4222), Cancellation);
        await good.SendAsync("CONNECT {}\r\nPING\r\n"u8.ToArray());
        await server.WhenScriptsEndAsync();

        using ITransport bad = await dialer.DialAsync(new TransportTarget("nats", "a", 4222), Cancellation);
        await bad.SendAsync("PING\r\n"u8.ToArray());
        await Assert.ThrowsAsync<ScriptFailedException>(server.WhenScriptsEndAsync);
        Assert.Equal(2, server.Peers.Count);
    }
}
