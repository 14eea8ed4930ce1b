using Earshot.Connections;
using Earshot.JetStream.Requests;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The frames that a read writes, over an in-memory server with fake time.</summary>
public sealed class EngineWireTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ScriptedServer _server = null!;
    private NatsConnection _connection = null!;
    private ScriptedPeer _peer = null!;
    private INatsJSConsume<string> _consume = null!;

    private CancellationToken Cancel => _limit.Token;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(60));
        var dialer = new ScriptedDialer(_time);
        _server = dialer.Server("10.0.0.1");
        var opts = new NatsOpts { Url = "nats://10.0.0.1:4222", TimeProvider = _time, PingInterval = TimeSpan.FromHours(1) };
        _connection = new NatsConnection(opts, new ConnectionComposition(opts, dialer, new Random(1)));
        Task connecting = _connection.ConnectAsync(Cancel).AsTask();
        _peer = await AcceptAsync();
        await connecting;
    }

    public async ValueTask DisposeAsync()
    {
        Task serving = _peer.ServeAsync(Cancel);
        Task stopped = _consume.StopAsync(Cancel).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1)); // more than two round trips, of which one may contain an advance of 0.2 s
        await stopped;
        await _connection.DisposeAsync();
        await serving;
        _limit.Dispose();
    }

    [Fact]
    public async Task Pull_request_of_a_new_session_follows_the_SUB_of_its_inbox_and_precedes_the_PING()
    {
        await StartAsync();
        (string inbox, string request) = await PullAsync();
        Assert.EndsWith(".1", inbox, StringComparison.Ordinal);
        Assert.Equal("""{"batch":10,"expires":30000000000,"idle_heartbeat":5000000000}""", request);
        _peer.Close();
        _peer = await AcceptAsync();
        (string second, string again) = await PullAsync();
        await _peer.ExpectAsync("PING", Cancel);
        await _peer.SendAsync("PONG");

        Assert.Equal((inbox[..^1] + "2", request), (second, again));
    }

    [Fact]
    public async Task Ten_seconds_of_silence_cause_an_alarm_and_a_pull_request_with_a_new_inbox()
    {
        await StartAsync();
        (string inbox, _) = await PullAsync();
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(_connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
        _time.Advance(TimeSpan.FromSeconds(0.2));
        (string second, _) = await PullAsync();

        Assert.Equal(inbox[..^1] + "2", second);
        Assert.Single(_connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
    }

    [Fact]
    public async Task Stop_unsubscribes_after_the_requested_messages_and_returns_unread_ones_after_the_PONG()
    {
        await StartAsync();
        await PullAsync();
        await _peer.SendMessageAsync("a", 1, "x", Reply(1));
        await _peer.SendMessageAsync("a", 1, "y", Reply(2));
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = _consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        await PublishedAsync(Reply(1), "+ACK");
        await ReceivedAsync();
        Task<bool> ended = StopAsync(messages);
        _time.Advance(TimeSpan.FromMilliseconds(100)); // the stop unsubscribes when no message has arrived for 50 ms
        await _peer.ExpectAsync("UNSUB 1", Cancel);
        await _peer.ExpectAsync("PING", Cancel);
        await _peer.SendMessageAsync("a", 1, "z", Reply(3)); // was in flight
        await _peer.SendAsync("PONG");
        await PublishedAsync(Reply(2), "-NAK");
        await PublishedAsync(Reply(3), "-NAK");

        Assert.False(await ended);
        Assert.Equal(NatsJSConsumeState.Ended, _consume.State);
    }

    private static string Reply(int sequence) => $"$JS.ACK.S.C.1.{sequence}.{sequence}.1732752000000000000.0";

    private async Task<bool> StopAsync(IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        await _consume.StopAsync();
        return await messages.MoveNextAsync();
    }

    private async Task StartAsync()
    {
        var info = new ConsumerInfo
        {
            StreamName = "S",
            Name = "C",
            Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(30), MaxDeliver = -1 },
        };
        var consumer = new NatsJSConsumer(new ContextParts(_connection, new NatsJSOpts(_connection.Opts)), info);
        _consume = await consumer.StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: Cancel);
    }

    private async Task<(string Inbox, string Request)> PullAsync()
    {
        string[] subscribe = (await NextAsync()).Line.Split(' ');
        ClientOperation publish = await NextAsync();
        string[] words = publish.Line.Split(' ');
        Assert.Equal(("SUB", "PUB", "$JS.API.CONSUMER.MSG.NEXT.S.C", subscribe[1]), (subscribe[0], words[0], words[1], words[2]));
        return (subscribe[1], publish.PayloadText ?? "");
    }

    private async Task PublishedAsync(string subject, string payload)
    {
        ClientOperation publish = await NextAsync();
        Assert.Equal(($"PUB {subject} {payload.Length}", payload), (publish.Line, publish.PayloadText));
    }

    // Completes when the client has processed everything sent before. It answers the first PING perhaps while it processes the same batch, and the
    // second one, sent after that answer, in a later batch.
    private async Task ReceivedAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            await _peer.SendAsync("PING");
            await _peer.ExpectAsync("PONG", Cancel);
        }
    }

    // Advancing the clock looks like a paused process, after which the client sends a PING. It is not part of these tests.
    private async Task<ClientOperation> NextAsync()
    {
        while (true)
        {
            ClientOperation next = await _peer.ReadOperationAsync(Cancel) ?? throw new InvalidOperationException("The client has closed the connection.");
            if (next.Line != "PING")
            {
                return next;
            }

            await _peer.SendAsync("PONG");
        }
    }

    private async Task<ScriptedPeer> AcceptAsync()
    {
        ScriptedPeer peer = await _server.AcceptAsync(Cancel);
        await peer.HandshakeAsync(Cancel);
        return peer;
    }
}
