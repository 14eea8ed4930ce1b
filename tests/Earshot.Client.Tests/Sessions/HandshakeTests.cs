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

    [Theory] // P75
    [InlineData("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "SSH")]
    [InlineData("220 mail.example.com ESMTP\r\n", "SMTP")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0028", "TLS")]
    [InlineData("\u0016\u0003\u0001\u0000\u0002", "TLS")]
    [InlineData("hello", "not a NATS server")]
    public async Task P75_a_peer_that_is_no_nats_server_fails_immediately_and_is_named(string bytes, string hint)
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendRawAsync(Encoding.Latin1.GetBytes(bytes));
        HandshakeException failure = await Failure(whole);

        Assert.Equal(NatsConnectPhase.Info, failure.Phase);
        Assert.Contains(hint, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P75_random_bytes_fail_immediately()
    {
        byte[] noise = new byte[64 * 1024];
        new Random(1).NextBytes(noise);
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendRawAsync(noise);

        Assert.IsType<NatsProtocolViolationException>((await Failure(whole)).Cause);
    }

    [Theory] // P76, P78
    [InlineData("INFO {bad\r\n")]
    [InlineData("INFO \r\n")]
    [InlineData("INFO []\r\n")]
    [InlineData("INFO null\r\n")]
    [InlineData("INFO \"x\"\r\n")]
    public async Task P76_a_malformed_info_fails_immediately(string line)
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendAsync(line);

        Assert.Equal(NatsConnectPhase.Info, (await Failure(whole)).Phase);
    }

    [Fact]
    public async Task P77_an_info_without_end_fails()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendRawAsync(Encoding.ASCII.GetBytes("INFO {\"a\":\"" + new string('x', 1024 * 1024)));

        Assert.IsType<NatsProtocolViolationException>((await Failure(whole)).Cause);
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
    public async Task P78_deeply_nested_json_fails()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendAsync("INFO {\"a\":" + new string('[', 5000) + new string(']', 5000) + "}");

        await Failure(whole);
    }

    [Theory] // P79
    [InlineData("", NatsConnectPhase.Info)]
    [InlineData("INFO {\"server_id\":\"a\"", NatsConnectPhase.Info)]
    [InlineData("INFO {\"server_id\":\"a\"}\r\n", NatsConnectPhase.Authentication)]
    internal async Task P79_an_end_in_between_says_in_which_phase(string before, NatsConnectPhase phase)
    {
        foreach (bool orderly in new[] { true, false })
        {
            var pair = new MemoryTransportPair();
            var handshake = new Handshake(pair.Client, new ReceiveBuffer(pair.Client, TimeProvider.System), TimeProvider.System);
            Task<NatsServerInfo> whole = WholeAsync(handshake);
            await pair.WriteAsync(Encoding.UTF8.GetBytes(before), PartsRig.Token);
            if (phase == NatsConnectPhase.Authentication)
            {
                await new ScriptedPeer(pair).ExpectAsync("CONNECT", PartsRig.Token);
            }

            if (orderly)
            {
                pair.Close();
            }
            else
            {
                pair.Abort();
            }

            HandshakeException failure = await Failure(whole);

            Assert.Equal(phase, failure.Phase);
            Assert.IsNotType<NatsProtocolViolationException>(failure.Cause);
        }
    }

    [Fact]
    public async Task P74_silence_ends_only_with_the_transport_and_names_the_phase()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await Task.Yield();
        Assert.False(whole.IsCompleted);
        _pair.Client.Abort();

        Assert.Equal(NatsConnectPhase.Info, (await Failure(whole)).Phase);
    }

    [Fact]
    public async Task P80_a_pong_before_our_ping_is_no_answer()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendAsync("INFO {\"server_id\":\"a\"}\r\nPONG\r\n");
        await _peer.ExpectAsync("CONNECT", PartsRig.Token);
        await _peer.ExpectAsync("PING", PartsRig.Token);
        Assert.False(whole.IsCompleted);
        Assert.Equal(NatsConnectPhase.Authentication, _handshake.Phase);
        await _peer.SendAsync("PONG");

        await Within(whole);
    }

    [Fact]
    public async Task P81_an_error_instead_of_the_pong_is_the_cause()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendInfoAsync();
        await _peer.ExpectAsync("CONNECT", PartsRig.Token);
        await _peer.SendAsync("-ERR 'Authorization Violation'");
        _peer.Close();
        HandshakeException failure = await Failure(whole);

        Assert.Equal(NatsServerErrorCode.AuthorizationViolation, failure.ServerError!.Code);
        Assert.IsType<NatsServerException>(failure.Cause);
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
    public async Task P85_of_two_infos_the_second_counts()
    {
        Task<NatsServerInfo> whole = WholeAsync();
        await _peer.SendAsync("INFO {\"server_id\":\"a\",\"nonce\":\"n\"}\r\nINFO {\"server_id\":\"b\"}\r\n");
        await _peer.ExpectAsync("CONNECT", PartsRig.Token);
        await _peer.SendAsync("PONG");
        NatsServerInfo info = await Within(whole);

        Assert.Equal(("b", "n"), (info.Id, info.Nonce));
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
