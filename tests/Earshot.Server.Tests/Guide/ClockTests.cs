using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Guide;

/// <summary>Client and server on one clock that only the test advances.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public ClockTests() => _patience.CancelAfter(TimeSpan.FromSeconds(60));

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Frozen_server_is_called_stale_and_found_again_after_the_thaw()
    {
        CancellationToken ct = _patience.Token;
        // snippet: fake-clock
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Listen = false, TimeProvider = clock }, ct);
        await using var connection = new NatsConnection(new NatsOpts
        {
            SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => server.ConnectInMemoryAsync(attempt)),
            TimeProvider = clock,
            PingInterval = TimeSpan.FromHours(1),
            MaxPingOut = 2,
        });
        await connection.ConnectAsync(ct);
        server.Faults.Freeze();
        await PassUntilAsync<NatsStaleConnectionEvent>(clock, connection, ct); // three hours of nothing, in a moment

        server.Faults.Thaw();
        await connection.Events.WhenAsync<NatsReconnectedEvent>(0, ct);
        // end snippet
        Assert.Equal(NatsDisconnectReason.MissedPongs, connection.Events.ToList().OfType<NatsDisconnectedEvent>().Single().Reason);
        Assert.InRange(clock.GetUtcNow() - clock.Start, TimeSpan.FromHours(3), TimeSpan.FromHours(3.01));
    }

    // snippet: fake-clock-pass
    // In steps, because the client takes a jump of the clock for a paused process; and each step waits for what the one
    // before has made the client write.
    internal static async Task PassUntilAsync<TEvent>(FakeTimeProvider clock, NatsConnection connection, CancellationToken ct)
        where TEvent : NatsConnectionEvent
    {
        while (!connection.Events.ToList().OfType<TEvent>().Any())
        {
            ct.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            while (connection.Stats.PendingBytes > 0)
            {
                await Task.Yield();
            }
        }
    }
    // end snippet

    [Fact]
    public async Task Clock_jump_is_reported_as_a_process_pause()
    {
        CancellationToken ct = _patience.Token;
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Listen = false, TimeProvider = clock }, ct);
        await using var connection = new NatsConnection(new NatsOpts
        {
            SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => server.ConnectInMemoryAsync(attempt)),
            TimeProvider = clock,
        });
        await connection.ConnectAsync(ct);
        clock.Advance(TimeSpan.FromHours(1));

        NatsProcessStalledEvent stalled = await connection.Events.WhenAsync<NatsProcessStalledEvent>(0, ct);
        Assert.InRange(stalled.Duration, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        await connection.PingAsync(ct);
        Assert.Empty(connection.Events.ToList().OfType<NatsDisconnectedEvent>());
    }
}
