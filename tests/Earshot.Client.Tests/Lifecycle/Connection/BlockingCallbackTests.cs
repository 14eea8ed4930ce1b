using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>Callbacks of the options that block their thread: they cost their own deadline, and nothing waits for them.</summary>
public sealed class BlockingCallbackTests : IDisposable
{
    private static readonly string[] s_advertised = ["10.0.0.7:4222", "10.0.0.8:4222", "10.0.0.9:4222"];

    private readonly ManualResetEventSlim _released = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public void Dispose()
    {
        _released.Set();
        _released.Dispose();
    }

    [Fact]
    public async Task A_blocking_credentials_callback_fails_one_attempt_and_is_called_again_by_the_next()
    {
        await using var rig = new ConnectionRig(o => Retrying(o) with { AuthOpts = new NatsAuthOpts { AuthCredCallback = (_, _) => Blocks(NatsAuthCred.FromToken("t")) } });
        await FailsThenConnectsAsync(rig, NatsOptionCallback.Auth, hasConnected: true);
    }

    [Fact]
    public async Task A_late_answer_of_credentials_serves_the_next_attempt()
    {
        await using var rig = new ConnectionRig(o => Retrying(o) with { AuthOpts = new NatsAuthOpts { AuthCredCallback = (_, _) => Blocks(NatsAuthCred.FromToken("late")) } });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer first = await rig.Server().AcceptAsync(rig.Token);
        await first.SendInfoAsync();
        await rig.PassUntilAsync(rig.WhenAsync<NatsConnectAttemptFailedEvent>());
        _released.Set();

        Task<ScriptedPeer> accepting = rig.AcceptAsync();
        await rig.PassUntilAsync(accepting);
        await connecting;
        Assert.InRange(Volatile.Read(ref _calls), 1, 2);
    }

    [Fact]
    public async Task A_hook_before_the_dial_that_blocks_fails_one_attempt()
    {
        await using var rig = new ConnectionRig(o => Retrying(o) with { OnConnectingAsync = Blocks });
        await FailsThenConnectsAsync(rig, NatsOptionCallback.Dialer, hasConnected: false);
    }

    [Fact]
    public async Task A_hook_after_the_dial_that_blocks_fails_one_attempt()
    {
        await using var rig = new ConnectionRig(o => Retrying(o) with { OnSocketAvailableAsync = Blocks });
        await FailsThenConnectsAsync(rig, NatsOptionCallback.Dialer, hasConnected: true);
    }

    [Fact]
    public async Task A_socket_factory_that_blocks_fails_its_attempts_and_affects_neither_the_state_nor_the_end()
    {
        var time = new FakeTimeProvider();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        var connection = new NatsConnection(Retrying(new NatsOpts { TimeProvider = time, SocketConnectionFactory = new BlockingFactory(Block) }));
        Task connecting = connection.ConnectAsync(stop.Token).AsTask();
        Task<NatsConnectAttemptFailedEvent> failing = connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(0, stop.Token);
        await _entered.Task.WaitAsync(stop.Token);
        time.Advance(TimeSpan.FromSeconds(1));
        await failing;
        NatsCallbackFaultedEvent fault = Assert.Single(connection.Events.ToList().OfType<NatsCallbackFaultedEvent>());
        Assert.Equal(NatsOptionCallback.Dialer, fault.Callback);
        Assert.Equal(NatsConnectionState.Connecting, connection.ConnectionState);
        await connection.CloseAsync();
        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => connecting);
    }

    [Fact]
    public async Task A_selector_that_blocks_is_replaced_by_the_order_of_the_pool()
    {
        await using var rig = new ConnectionRig(o => o with { ServerSelector = (_, _, _) => Blocks<NatsServerChoice?>(null) });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.PassUntilAsync(rig.WhenAsync<NatsCallbackFaultedEvent>());
        await rig.AcceptAsync();
        await connecting;
        Assert.Equal(NatsOptionCallback.ServerSelector, (await rig.WhenAsync<NatsCallbackFaultedEvent>()).Callback);
    }

    [Fact]
    public async Task A_delay_that_blocks_falls_back_to_the_wait_of_the_client()
    {
        await using var rig = new ConnectionRig(o => Retrying(o) with { ReconnectDelay = (_, _) => Blocks(TimeSpan.Zero), ConnectTimeout = TimeSpan.FromSeconds(1) }, url: "nats://10.9.9.9:4222");
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.PassUntilAsync(rig.WhenAsync<NatsReconnectDelayEvent>());
        Assert.Equal(NatsOptionCallback.ReconnectDelay, (await rig.WhenAsync<NatsCallbackFaultedEvent>()).Callback);
        Assert.Equal(NatsReconnectDelaySource.Handler, (await rig.WhenAsync<NatsReconnectDelayEvent>()).Source);
        await rig.Connection.CloseAsync();
        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => connecting);
    }

    [Fact]
    public async Task A_filter_that_never_returns_holds_up_neither_the_connection_nor_its_end()
    {
        await using var rig = new ConnectionRig(o => o with { DiscoveredServerFilter = (_, _) => { Block(); return true; } });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(s_advertised);
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        Task<TimeSpan> ping = rig.Connection.PingAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await ping;
        await rig.PassUntilAsync(rig.WhenAsync<NatsCallbackFaultedEvent>());
        Assert.Equal(NatsOptionCallback.DiscoveredServerFilter, (await rig.WhenAsync<NatsCallbackFaultedEvent>()).Callback);
        Assert.Empty(rig.Connection.DiscoveredServers);
    }

    [Fact]
    public async Task A_filter_is_called_for_each_address_and_one_for_which_it_throws_is_ignored()
    {
        await using var rig = new ConnectionRig(o => o with
        {
            DiscoveredServerFilter = (host, _) => host switch { "10.0.0.8" => false, "10.0.0.9" => throw new InvalidOperationException("no"), _ => true },
        });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(s_advertised);
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        Assert.Equal(new Uri("nats://10.0.0.7:4222"), Assert.Single((await rig.WhenAsync<NatsDiscoveredServersEvent>()).Added));
        Assert.Equal(NatsOptionCallback.DiscoveredServerFilter, (await rig.WhenAsync<NatsCallbackFaultedEvent>()).Callback);
    }

    private static NatsOpts Retrying(NatsOpts opts) => opts with { RetryOnInitialConnect = true, ConnectTimeout = TimeSpan.FromSeconds(1) };

    private async Task FailsThenConnectsAsync(ConnectionRig rig, NatsOptionCallback callback, bool hasConnected)
    {
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        if (hasConnected)
        {
            ScriptedPeer first = await rig.Server().AcceptAsync(rig.Token);
            if (callback == NatsOptionCallback.Auth)
            {
                await first.SendInfoAsync();
            }
        }

        Task<NatsConnectAttemptFailedEvent> failing = rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        await rig.PassUntilAsync(failing);
        NatsCallbackFaultedEvent fault = Assert.Single(rig.Connection.Events.ToList().OfType<NatsCallbackFaultedEvent>());
        NatsConnectAttemptFailedEvent failed = await failing;
        Assert.Equal((callback, failed.AttemptId), (fault.Callback, fault.AttemptId));
        Assert.IsType<TimeoutException>(fault.Exception);
        Assert.InRange(failed.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5));

        Task<ScriptedPeer> accepting = rig.AcceptAsync();
        await rig.PassUntilAsync(accepting);
        await connecting;
        Assert.Equal(2, Volatile.Read(ref _calls));
    }

    private sealed class BlockingFactory(Action block) : INatsSocketConnectionFactory
    {
        public ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken)
        {
            block();
            return ValueTask.FromException<INatsSocketConnection>(new IOException("no connection"));
        }
    }

    // The first call blocks its thread until the test is over or releases it; later ones return immediately.
    private ValueTask<T> Blocks<T>(T answer)
    {
        Block();
        return ValueTask.FromResult(answer);
    }

    private void Block()
    {
        if (Interlocked.Increment(ref _calls) == 1)
        {
            _entered.SetResult();
            _released.Wait(TimeSpan.FromSeconds(30));
        }
    }
}
