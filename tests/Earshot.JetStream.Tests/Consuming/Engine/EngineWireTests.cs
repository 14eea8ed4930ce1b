using Earshot.Connections;
using Earshot.JetStream.Requests;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What a read writes, frame by frame, over an in-memory server with a clock that is moved by hand.</summary>
public sealed class EngineWireTests : IAsyncLifetime
{
    private const string Reply = "$JS.ACK.S.C.1.{0}.{0}.1732752000000000000.0";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ScriptedServer _server = null!;
    private NatsConnection _connection = null!;
    private ScriptedPeer _peer = null!;

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
        await PassUntilAsync(_connection.DisposeAsync().AsTask());
        _limit.Dispose();
    }

    [Fact]
    public async Task The_pull_of_a_new_session_stands_behind_its_fresh_inbox_and_in_front_of_the_ping()
    {
        await StartAsync(); // ends with the connection
        (string inbox, string request) = await PullAsync();
        Assert.EndsWith(".1", inbox, StringComparison.Ordinal);
        Assert.Equal("""{"batch":10,"expires":30000000000,"idle_heartbeat":5000000000}""", request);
        _peer.Close();
        _peer = await AcceptAsync();
        (string second, string again) = await PullAsync();
        await _peer.ExpectAsync("PING", Cancel);

        Assert.Equal((inbox[..^1] + "2", request), (second, again));
    }

    [Fact]
    public async Task Ten_seconds_of_silence_are_an_alarm_and_a_pull_on_a_fresh_inbox()
    {
        await StartAsync(); // ends with the connection
        (string inbox, _) = await PullAsync();
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(_connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
        _time.Advance(TimeSpan.FromSeconds(0.2));
        (string second, _) = await PullAsync();

        Assert.Equal(inbox[..^1] + "2", second);
        Assert.Single(_connection.Events.ToList().OfType<NatsHeartbeatAlarmEvent>());
    }

    [Fact]
    public async Task A_stop_unsubscribes_behind_what_was_asked_for_and_gives_the_rest_back_behind_the_pong()
    {
        INatsJSConsume<string> consume = await StartAsync();
        await PullAsync();
        await _peer.SendMessageAsync("a", 1, "x", string.Format(null, Reply, 1));
        await _peer.SendMessageAsync("a", 1, "y", string.Format(null, Reply, 2));
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        Task<bool> ended = StopAsync(consume, messages);
        await PublishedAsync(string.Format(null, Reply, 1), "+ACK");
        Task<ClientOperation> unsubscribed = _peer.ExpectAsync("UNSUB 1", Cancel);
        await PassUntilAsync(unsubscribed);
        await _peer.ExpectAsync("PING", Cancel);
        await _peer.SendMessageAsync("a", 1, "z", string.Format(null, Reply, 3)); // was in flight
        await _peer.SendAsync("PONG");
        await PublishedAsync(string.Format(null, Reply, 2), "-NAK");
        await PublishedAsync(string.Format(null, Reply, 3), "-NAK");

        Assert.False(await ended);
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
    }

    private static async Task<bool> StopAsync(INatsJSConsume<string> consume, IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        await consume.StopAsync();
        return await messages.MoveNextAsync();
    }

    private ValueTask<INatsJSConsume<string>> StartAsync()
    {
        var info = new ConsumerInfo
        {
            StreamName = "S",
            Name = "C",
            Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(30), MaxDeliver = -1 },
        };
        var consumer = new NatsJSConsumer(new ContextParts(_connection, new NatsJSOpts(_connection.Opts)), info);
        return consumer.StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: Cancel);
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

    // A clock that jumps looks like a process that was paused: the link is asked then, which is not what is checked here.
    private async Task<ClientOperation> NextAsync()
    {
        while (true)
        {
            ClientOperation next = await _peer.ReadOperationAsync(Cancel) ?? throw new InvalidOperationException("The client has closed the connection.");
            if (next.Line != "PING")
            {
                return next;
            }
        }
    }

    private async Task<ScriptedPeer> AcceptAsync()
    {
        Task<ScriptedPeer> accepting = _server.AcceptAsync(Cancel);
        await PassUntilAsync(accepting);
        ScriptedPeer peer = await accepting;
        await peer.HandshakeAsync(Cancel);
        return peer;
    }

    private async Task PassUntilAsync(Task happened)
    {
        while (!happened.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.WhenAny(happened, Task.Delay(1, Cancel));
            Cancel.ThrowIfCancellationRequested();
        }

        await happened;
    }
}
