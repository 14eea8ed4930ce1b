using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>Timed actions of the server happen exactly when they are due on its clock.</summary>
public sealed class ServerClockTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task First_ping_is_sent_after_two_seconds_and_the_next_ones_each_interval()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromSeconds(30), MaxPingsOut = 3 });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        Assert.Equal("", await AfterAsync(1.999, client, server));
        Assert.Equal("PING\r\n", await AfterAsync(0.401, client, server));
        Assert.Equal("", await AfterAsync(29.999, client, server));
        Assert.Equal("PING\r\n", await AfterAsync(0.001, client, server));

        // Answered, and the client is active: the server sends no PING.
        await client.AskAsync("PONG\r\n");
        Assert.Equal("", await AfterAsync(15, client, server));
        await client.AskAsync("SUB foo 1\r\n");
        Assert.Equal("", await AfterAsync(15, client, server));

        // Silent again: three questions, and the end.
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("PING\r\n", await AfterAsync(30, client, server));
        }

        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("-ERR 'Stale Connection'\r\n", await client.UntilEndAsync());
    }

    [Fact]
    public async Task No_limit_of_unanswered_pings_closes_no_client()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromSeconds(30), MaxPingsOut = 0 });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        Assert.Equal("PING\r\n", await AfterAsync(2.4, client, server));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("PING\r\n", await AfterAsync(30, client, server));
        }
    }

    [Fact]
    public async Task Interval_that_is_longer_than_any_timer_is_kept()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(60) });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        Assert.Equal("PING\r\n", await AfterAsync(3, client, server));
        await client.AskAsync("PONG\r\n");
        Assert.Equal("", await AfterAsync(59 * 86400, client, server));
        Assert.Equal("PING\r\n", await AfterAsync(86400, client, server));
    }

    [Fact]
    public async Task Delay_of_less_than_a_millisecond_waits_for_a_timer()
    {
        var clock = new TimerSignalClock();
        await using NatsTestServer server = await NatsTestServer.StartAsync(
            new NatsTestServerOptions { Listen = false, PingInterval = TimeSpan.FromDays(1), TimeProvider = clock }, TestContext.Current.CancellationToken);
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Faults.Delay(TimeSpan.FromMicroseconds(500));
        Task timer = clock.NextTimerAsync();
        await client.SendAsync("PING\r\n");
        // Without a timer its thread polls the clock, which does not move meanwhile.
        await timer.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("PONG\r\n", await client.UntilAsync("PONG\r\n").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Unauthenticated_client_is_closed_at_the_auth_timeout()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { Token = "t", AuthorizationTimeout = TimeSpan.FromMinutes(5) });
        MemoryClient client = await MemoryClient.OpenAsync(server);
        Assert.Equal("", await AfterAsync(299.999, client, server));
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("-ERR 'Authentication Timeout'\r\n", await client.UntilEndAsync());
    }

    [Fact]
    public async Task Lame_duck_server_closes_no_client_before_the_grace_period_and_all_by_the_end()
    {
        (TimeSpan grace, TimeSpan duration) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        await using NatsTestServer server = await StartAsync(
            new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(1), LameDuckGracePeriod = grace, LameDuckDuration = duration });
        for (int i = 0; i < 100; i++)
        {
            await MemoryClient.ConnectAsync(server);
        }

        Task leaving = server.Faults.EnterLameDuckModeAsync();
        _clock.Advance(grace - TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, server.Clients.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await MemoryClient.WaitForOpenAsync(server, 99);
        Assert.Equal(99, server.Clients.Count(client => client.IsConnected));
        _clock.Advance((duration - grace) / 2);
        await MemoryClient.WaitForOpenAsync(server, 49);
        Assert.False(leaving.IsCompleted);
        _clock.Advance((duration - grace) / 2);

        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(100, server.ClosedClients.Count(client => client.ClosedReason == "Server Shutdown"));
    }

    [Fact]
    public async Task Lame_duck_mode_ends_when_the_server_is_disposed()
    {
        NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(1) });
        await MemoryClient.ConnectAsync(server);
        Task leaving = server.Faults.EnterLameDuckModeAsync();
        await server.DisposeAsync();

        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Delay_is_over_when_the_clock_has_passed_it()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(1) });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Faults.Delay(TimeSpan.FromSeconds(3));
        await client.SendAsync("PING\r\n");

        Assert.InRange(await PassUntilHeardAsync(client, "PONG\r\n"), TimeSpan.FromSeconds(3), TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Throttled_bytes_take_the_time_of_the_rate()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(1), WriteDeadline = TimeSpan.FromSeconds(1) });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("SUB foo 1\r\n");
        server.Faults.Throttle(1000);
        await client.SendAsync($"PUB foo 10000\r\n{new string('x', 10_000)}\r\nPING\r\n");

        // The last tenth of a second is not waited for.
        Assert.InRange(await PassUntilHeardAsync(client, "PONG\r\n"), TimeSpan.FromSeconds(9.9), TimeSpan.FromHours(1));
        Assert.Empty(server.ClosedClients);
    }

    [Fact]
    public async Task Ending_a_delay_or_a_throttle_takes_effect_immediately()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(1) });
        (MemoryClient? delayed, MemoryClient? throttled) = (await MemoryClient.ConnectAsync(server), await MemoryClient.ConnectAsync(server));
        await throttled.AskAsync("SUB foo 1\r\n");
        server.Clients[0].Faults.Delay(TimeSpan.FromHours(1));
        server.Clients[1].Faults.Throttle(1);
        await delayed.SendAsync("PING\r\n");
        await throttled.SendAsync("PUB foo 1\r\nx\r\n");
        await throttled.UntilAsync("M"); // the first byte goes through
        Assert.True(delayed.HasNothing());

        server.Clients[0].Faults.Delay(TimeSpan.Zero);
        server.Faults.Thaw();
        Assert.Equal("PONG\r\n", await delayed.UntilAsync("PONG\r\n"));
        Assert.Equal("SG foo 1 1\r\nx\r\n", await throttled.UntilAsync("x\r\n"));
    }

    [Fact]
    public async Task Freeze_of_an_hour_does_not_disconnect_clients_on_the_server_side()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions());
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        server.Faults.Freeze();
        await client.SendAsync("SUB foo 1\r\nPUB foo 1\r\nx\r\n");
        for (int i = 0; i < 60; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(client.HasNothing());
        server.Faults.Thaw();
        Assert.Contains("MSG foo 1 1\r\nx\r\n", await client.AskAsync(""), StringComparison.Ordinal);
        Assert.Empty(server.ClosedClients);
    }

    [Fact]
    public async Task Client_is_refused_if_the_server_is_disposed_while_it_connects()
    {
        var clock = new CallingClock();
        NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TimeProvider = clock });
        server.Faults.RefuseConnections(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        clock.CallOnce(() => Task.Run(async () => await server.DisposeAsync()).Wait(TimeSpan.FromSeconds(30))); // when it checks whether the refusal is over

        await Assert.ThrowsAsync<IOException>(async () => await server.ConnectInMemoryAsync(TestContext.Current.CancellationToken));
        Assert.Empty(server.Clients);
    }

    [Fact]
    public async Task Client_that_does_not_read_is_closed_at_the_write_deadline()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { PingInterval = TimeSpan.FromDays(1), WriteDeadline = TimeSpan.FromSeconds(10) });
        MemoryClient slow = await MemoryClient.ConnectAsync(server);
        await slow.AskAsync("SUB foo 1\r\n");
        MemoryClient fast = await MemoryClient.ConnectAsync(server);
        await fast.AskAsync($"PUB foo 200000\r\n{new string('x', 200_000)}\r\n");
        while (server.ClosedClients.Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("Slow Consumer (Write Deadline)", server.ClosedClients.Single().ClosedReason);
    }

    /// <summary>The bytes that the client received up to the current time of the clock.</summary>
    private async Task<string> AfterAsync(double seconds, MemoryClient client, NatsTestServer server)
    {
        const string Mark = "by then\r\n";
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        server.Clients[0].Faults.Send("by then\r\n"u8); // behind everything that the server has sent
        return (await client.UntilAsync(Mark))[..^Mark.Length];
    }

    // The bytes pass through other threads; the clock is advanced until they arrive. The minimum advance is exact, the actual
    // one is not.
    private async Task<TimeSpan> PassUntilHeardAsync(MemoryClient client, string text)
    {
        DateTimeOffset start = _clock.GetUtcNow();
        for (string received = client.TakeAll(); !received.Contains(text, StringComparison.Ordinal); received += client.TakeAll())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        return _clock.GetUtcNow() - start;
    }

    private Task<NatsTestServer> StartAsync(NatsTestServerOptions options) =>
        TestServer.StartAsync(options with { TimeProvider = _clock });

    /// <summary>Calls back when it is read the next time.</summary>
    private sealed class CallingClock : FakeTimeProvider
    {
        private Action? _call;

        public void CallOnce(Action call) => _call = call;

        public override long GetTimestamp()
        {
            Interlocked.Exchange(ref _call, null)?.Invoke();
            return base.GetTimestamp();
        }
    }

    /// <summary>Reports when a timer is created.</summary>
    private sealed class TimerSignalClock : FakeTimeProvider
    {
        private TaskCompletionSource? _next;

        public Task NextTimerAsync() => (_next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _next?.TrySetResult();
            return timer;
        }
    }
}
