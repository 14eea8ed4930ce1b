using System.Globalization;
using Earshot.Connections;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A connection over an in-memory server that the test plays, frame by frame, with a clock that is moved by hand.</summary>
public abstract class WireTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Dictionary<string, int> _sids = []; // of what the client has subscribed
    private ScriptedServer _server = null!;

    protected CancellationToken Cancel => _limit.Token;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    protected NatsConnection Connection { get; private set; } = null!;

    /// <summary>The server's side of the present session.</summary>
    private protected ScriptedPeer Peer { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(60));
        var dialer = new ScriptedDialer(Time);
        _server = dialer.Server("10.0.0.1");
        var opts = new NatsOpts { Url = "nats://10.0.0.1:4222", TimeProvider = Time, PingInterval = TimeSpan.FromHours(1) };
        Connection = new NatsConnection(opts, new ConnectionComposition(opts, dialer, new Random(1)));
        Task connecting = Connection.ConnectAsync(Cancel).AsTask();
        Peer = await AcceptAsync();
        await connecting;
    }

    public async ValueTask DisposeAsync()
    {
        await PassUntilAsync(Connection.DisposeAsync().AsTask());
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The reply subject of the message with this sequence in the stream and the consumer.</summary>
    protected static string Reply(int sequence) => $"$JS.ACK.S.C.1.{sequence}.{sequence}.1732752000000000000.0";

    protected ValueTask<INatsJSConsume<string>> StartAsync() =>
        Consumer().StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: Cancel);

    protected INatsJSConsumer Consumer(int ackWaitSeconds = 30, string? pinnedGroup = null)
    {
        var info = new ConsumerInfo
        {
            StreamName = "S",
            Name = "C",
            Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(ackWaitSeconds), MaxDeliver = -1 },
        };
        if (pinnedGroup is not null)
        {
            info.Config.PriorityGroups = [pinnedGroup];
            info.Config.PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient;
        }

        return new NatsJSConsumer(new ContextParts(Connection, new NatsJSOpts(Connection.Opts)), info);
    }

    /// <summary>A running read of the consumer with settings and a reporter of the test.</summary>
    private protected ReadCall<string> Call(PullSettings settings, IReadReporter reporter)
    {
        var origin = new ConsumerOrigin(ConsumerHub.For(Connection), "$JS.API", "S", "C")
        {
            Traits = new ConsumerTraits { IsExplicit = true, MaxDeliver = -1 },
        };
        return new ReadCall<string>(new ConsumerReads(origin), settings, Connection.Opts.SerializerRegistry.GetDeserializer<string>(), reporter);
    }

    /// <summary>Sends a status with headers to an inbox.</summary>
    protected ValueTask StatusAsync(string inbox, string status, string headers = "") =>
        HeadersAsync($"HMSG {inbox} {SidOf(inbox)}", $"NATS/1.0 {status}\r\n{headers}\r\n");

    /// <summary>Sends a message without a payload and with these headers.</summary>
    protected ValueTask HeadersAsync(string head, string block) => Peer.SendAsync($"{head} {block.Length} {block.Length}\r\n{block}\r\n");

    /// <summary>Completes when the client has processed what was sent before.</summary>
    protected async Task FlushAsync()
    {
        Task flushed = Connection.PingAsync(Cancel).AsTask();
        await Peer.ExpectAsync("PING", Cancel);
        await Peer.SendAsync("PONG");
        await flushed;
    }

    protected async Task<(string Inbox, string Request)> PullAsync()
    {
        string[] subscribe = (await NextAsync()).Line.Split(' ');
        ClientOperation publish = await NextAsync();
        string[] words = publish.Line.Split(' ');
        Assert.Equal(("SUB", "PUB", "$JS.API.CONSUMER.MSG.NEXT.S.C", subscribe[1]), (subscribe[0], words[0], words[1], words[2]));
        return (subscribe[1], publish.PayloadText ?? "");
    }

    protected async Task PublishedAsync(string subject, string payload)
    {
        ClientOperation publish = await NextAsync();
        Assert.Equal(($"PUB {subject} {payload.Length}", payload), (publish.Line, publish.PayloadText));
    }

    // A clock that jumps looks like a process that was paused: the link is asked then, which is not what is checked here.
    private protected async Task<ClientOperation> NextAsync()
    {
        while (true)
        {
            ClientOperation next = await Peer.ReadOperationAsync(Cancel) ?? throw new InvalidOperationException("The client has closed the connection.");
            if (next.Line.Split(' ') is ["SUB", var subject, .., var sid])
            {
                _sids[subject] = int.Parse(sid, CultureInfo.InvariantCulture);
            }

            if (next.Line != "PING")
            {
                return next;
            }
        }
    }

    /// <summary>Answers the next request to this subject, or to one that begins with it, and returns its payload.</summary>
    protected async Task<string> AnswerAsync(string subject, string json, Action? first = null)
    {
        while (true)
        {
            ClientOperation next = await NextAsync();
            if (next.Line.Split(' ') is ["PUB", var to, var inbox, _] && to.StartsWith(subject, StringComparison.Ordinal))
            {
                first?.Invoke();
                await Peer.SendMessageAsync(inbox, SidOf(inbox), json);
                return next.PayloadText ?? "";
            }
        }
    }

    /// <summary>The subscription that an inbox belongs to.</summary>
    protected int SidOf(string inbox) =>
        _sids.First(sid => sid.Key == inbox || (sid.Key.EndsWith('*') && inbox.StartsWith(sid.Key[..^1], StringComparison.Ordinal))).Value;

    private protected async Task<ScriptedPeer> AcceptAsync()
    {
        Task<ScriptedPeer> accepting = _server.AcceptAsync(Cancel);
        await PassUntilAsync(accepting);
        ScriptedPeer peer = await accepting;
        await peer.HandshakeAsync(Cancel);
        return peer;
    }

    protected Task PassUntilAsync(Task happened, TimeSpan? atMost = null) => Time.PassAsync(happened, TimeSpan.FromMilliseconds(20), atMost, Cancel);
}
