using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class HandshakeTests
{
    private static readonly ConnectInfo s_connect = new() { Lang = ".NET", Version = "1" };
    private readonly MemoryTransportPair _pair = new();
    private readonly ScriptedPeer _peer;
    private readonly ReceiveBuffer _buffer;
    private readonly Handshake _handshake;

    public HandshakeTests()
    {
        var time = new FakeTimeProvider();
        _peer = new ScriptedPeer(_pair);
        _buffer = new ReceiveBuffer(_pair.Client, time);
        _handshake = new Handshake(_pair.Client, _buffer, time);
    }

    [Fact]
    public async Task It_sends_CONNECT_and_leaves_the_bytes_that_follow_the_PONG()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendInfoAsync();
        await _peer.ExpectAsync("CONNECT", PartsRig.Token);
        await _peer.ExpectAsync("PING", PartsRig.Token);
        await _peer.SendAsync("PONG\r\nMSG early 1 2\r\nhi\r\n");

        Assert.Equal("127.0.0.1:4222", (await Within(whole)).Name);
        Assert.Equal(NatsConnectPhase.Resubscribe, _handshake.Phase);
        Assert.Equal("MSG early 1 2\r\nhi\r\n", Encoding.UTF8.GetString(_buffer.Unread)); // P84
    }

    [Theory]
    [InlineData("", "INFO {\"server_id\":\"")]
    [InlineData("INFO {\"server_id\":\"a\"}\r\n", "MSG foo 1 67000000\r\n")]
    [InlineData("INFO {\"server_id\":\"a\"}\r\n", "HMSG foo 1 12 67000000\r\n")]
    [InlineData("INFO {\"server_id\":\"a\"}\r\n", "INFO {\"server_id\":\"")]
    [InlineData("INFO {\"server_id\":\"a\"}\r\n", "-ERR '")]
    public async Task Less_than_two_megabytes_are_held_before_the_server_has_answered(string before, string start)
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { Capacity = 64 * 1024 });
        var buffer = new ReceiveBuffer(pair.Client, TimeProvider.System);
        Task<NatsServerInfo> whole = WholeAsync(new Handshake(pair.Client, buffer, TimeProvider.System));
        Task flood = FloodAsync();

        Assert.IsType<NatsProtocolViolationException>((await Failure(whole)).Cause);
        Assert.InRange(buffer.ReceivedBytes, 1, 768 * 1024); // a buffer that grows copies itself: twice that at most
        pair.Client.Abort();
        await Assert.ThrowsAnyAsync<Exception>(() => flood.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));

        async Task FloodAsync()
        {
            await pair.WriteAsync(Encoding.ASCII.GetBytes(before + start), PartsRig.Token);
            byte[] chunk = new byte[64 * 1024];
            Array.Fill(chunk, (byte)'x');
            for (int sent = 0; sent < 640; sent++)
            {
                await pair.WriteAsync(chunk, PartsRig.Token);
            }
        }
    }

    [Fact]
    public async Task An_error_before_info_is_the_cause()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendAsync("-ERR 'maximum connections exceeded'");
        _peer.Close();

        Assert.Equal(NatsServerErrorCode.MaximumConnectionsExceeded, (await Failure(whole)).ServerError!.Code);
    }

    [Fact]
    public async Task A_ping_before_the_pong_is_answered()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendInfoAsync();
        await _peer.ExpectAsync("CONNECT", PartsRig.Token);
        await _peer.ExpectAsync("PING", PartsRig.Token);
        await _peer.SendAsync("PING");
        await _peer.ExpectAsync("PONG", PartsRig.Token);
        await _peer.SendAsync("+OK\r\nPONG\r\n");

        await Within(whole);
    }

    private Task<NatsServerInfo> WholeAsync() => WholeAsync(_handshake);

    private static async Task<NatsServerInfo> WholeAsync(Handshake handshake)
    {
        await handshake.ReadInfoAsync();
        return await handshake.AuthenticateAsync(s_connect);
    }

    private static Task<T> Within<T>(Task<T> task) => task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

    private static Task<HandshakeException> Failure(Task<NatsServerInfo> whole) => Assert.ThrowsAsync<HandshakeException>(() => Within(whole));
}
