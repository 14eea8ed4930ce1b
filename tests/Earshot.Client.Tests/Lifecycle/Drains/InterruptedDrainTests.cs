using System.Buffers;
using Earshot.Client.Tests.Sessions;
using Earshot.Client.Tests.Timing;
using Earshot.Connections;
using Earshot.Lifecycle;
using Earshot.Subscriptions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>What waits on after the end of a connection that interrupts a drain: nothing, in any phase of it.</summary>
public sealed class InterruptedDrainTests : IAsyncDisposable
{
    private readonly CountingTime _time = new();
    private readonly ScriptedDialer _dialer;
    private readonly ConnectionComposition _parts;
    private readonly NatsConnection _connection;

    public InterruptedDrainTests()
    {
        _dialer = new ScriptedDialer(_time);
        _dialer.Server("10.0.0.1");
        var opts = new NatsOpts { Url = "nats://10.0.0.1:4222", TimeProvider = _time };
        _parts = new ConnectionComposition(opts, _dialer, new Random(1));
        _connection = new NatsConnection(opts, _parts);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public async Task The_grace_of_messages_that_were_read_directly_ends_with_the_connection()
    {
        ScriptedPeer peer = await OpenAsync();
        await using INatsSub<string> sub = await _connection.SubscribeCoreAsync<string>("jobs", cancellationToken: Token);
        string sid = (await peer.ExpectAsync("SUB jobs", Token)).Line.Split(' ')[^1];
        await peer.SendAsync($"MSG jobs {sid} 1\r\nx");
        await peer.SendAsync($"MSG jobs {sid} 1\r\ny");
        await sub.Msgs.ReadAsync(Token); // the other one is left
        Task draining = _connection.DrainAsync(Token).AsTask();
        await peer.ExpectAsync("UNSUB", Token);
        await peer.ExpectAsync("PING", Token);
        await peer.SendAsync("PONG");
        await Conditions.UntilAsync(() => sub.EndReason == NatsSubEndReason.Drained);

        await AssertEndsWithConnectionAsync(peer, draining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_drain_of_an_extension_ends_with_the_connection(bool isOfConnection)
    {
        ScriptedPeer peer = await OpenAsync();
        var reader = new EndlessReader();
        _connection.Port.Add(reader);
        Task draining = isOfConnection
            ? _connection.DrainAsync(Token).AsTask()
            : _connection.Port.DrainSubscriptionsAsync(TimeSpan.FromMinutes(1), Token);
        await reader.Drains.Task.WaitAsync(Token);

        await AssertEndsWithConnectionAsync(peer, draining);
    }

    [Fact]
    public async Task A_drain_that_begins_when_the_connection_has_ended_waits_for_nothing()
    {
        ScriptedPeer peer = await OpenAsync();
        await using INatsSub<string> sub = await _connection.SubscribeCoreAsync<string>("jobs", cancellationToken: Token);
        Subscription subscription = Assert.Single(_parts.Table.Snapshot().OfType<Subscription>());
        string sid = (await peer.ExpectAsync("SUB jobs", Token)).Line.Split(' ')[^1];
        await peer.SendAsync($"MSG jobs {sid} 1\r\nx");
        await Conditions.UntilAsync(() => sub.Stats.PendingMessages == 1);
        await EndAsync(peer);

        ActiveDrain drain = _parts.Loop.Drains.Begin([subscription]);
        Assert.Equal(NatsDrainOutcome.Interrupted, await _parts.Loop.Drain.DrainAsync([subscription], TimeSpan.FromMinutes(1), drain.ConnectionEnd));
    }

    private async Task AssertEndsWithConnectionAsync(ScriptedPeer peer, Task draining)
    {
        await EndAsync(peer);
        await draining.WaitAsync(Token);

        await Conditions.UntilAsync(() => _time.Timers == 1); // the one that all connections of a clock share
    }

    private async Task EndAsync(ScriptedPeer peer)
    {
        peer.AnswersPings = true;
        Task served = peer.ReadToEndAsync(Token);
        await _connection.DisposeAsync();
        await served;
    }

    private async Task<ScriptedPeer> OpenAsync()
    {
        Task connecting = _connection.ConnectAsync(Token).AsTask();
        ScriptedPeer peer = await _dialer.Server("10.0.0.1").AcceptAsync(Token);
        await peer.HandshakeAsync(Token);
        await connecting;
        return peer;
    }

    /// <summary>An extension whose messages are not handled.</summary>
    private sealed class EndlessReader : ISessionExtension
    {
        public TaskCompletionSource Drains { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void WriteAtStartLocked(IBufferWriter<byte> writer)
        {
        }

        public void SessionLost(long keptFrom, NatsConnectionLostException exception)
        {
        }

        public void ConnectionEnded(Exception exception)
        {
        }

        public Task DrainAsync(TimeSpan timeout)
        {
            Drains.TrySetResult();
            return new TaskCompletionSource().Task;
        }
    }
}
