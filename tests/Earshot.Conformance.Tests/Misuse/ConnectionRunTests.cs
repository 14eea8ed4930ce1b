using Earshot.Conformance.Tests.Wire;
using Xunit;

namespace Earshot.Conformance.Tests.Misuse;

/// <summary>Calls at the wrong time: with a cancelled token, after the end, from inside a handler, while there is no session.</summary>
public sealed class ConnectionRunTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Methods => [.. EveryMethod.Names];

    public static TheoryData<string> UsingMethods => [.. EveryMethod.Names.Where(name => !name.Contains("WaitForStateAsync", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_token_that_is_cancelled_already_lets_nothing_happen_in(string method)
    {
        await using var recording = new Recording(servers.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = recording.Url });
        await nats.FlushAsync(Token).InTimeAsync();
        var cancelled = new CancellationToken(canceled: true);
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => EveryMethod.CallAsync(method, nats, cancelled).WaitAsync(Servers.Limit, Token));
        Assert.Equal(cancelled, thrown.CancellationToken);

        await using INatsSub<int> next = await nats.SubscribeCoreAsync<int>("next", cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();
        Assert.Equal("SUB next 1\r\n", recording.SentAfterHandshake);
        Assert.Equal((NatsConnectionState.Open, 0L), (nats.ConnectionState, nats.Stats.Reconnects));
    }

    [Theory]
    [MemberData(nameof(UsingMethods))]
    public async Task A_disposed_connection_throws_in(string method)
    {
        NatsConnection nats = await servers.ConnectAsync();
        await nats.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => EveryMethod.CallAsync(method, nats, Token).WaitAsync(Servers.Limit, Token));
    }

    [Fact]
    public async Task Things_of_a_disposed_connection_can_be_given_up_without_an_exception()
    {
        NatsConnection nats = await servers.ConnectAsync();
        INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        await nats.DisposeAsync();
        await sub.UnsubscribeAsync();
        await sub.DrainAsync(Token);
        await sub.DisposeAsync();
        await nats.CloseAsync().InTimeAsync();
        await nats.DisposeAsync();
        Assert.Equal(NatsSubEndReason.ConnectionClosed, sub.EndReason);
        Assert.Empty(NatsJournalValidator.Validate(nats.Events.ToList()));
    }

    [Fact]
    public async Task A_hundred_concurrent_disposals_close_once()
    {
        NatsConnection nats = await servers.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => nats.DisposeAsync().InTimeAsync(), Token)));
        Assert.Single(nats.Events.ToList().OfType<NatsClosedEvent>());
        Assert.IsType<NatsClosedEvent>(nats.Events.ToList()[^1]);
    }

    [Fact]
    public async Task Disposing_or_draining_inside_a_message_handler_ends_everything()
    {
        foreach (bool drains in new[] { false, true })
        {
            NatsConnection nats = await servers.ConnectAsync(new NatsOpts { DrainTimeout = TimeSpan.FromSeconds(2) });
            string subject = Servers.NewSubject();
            INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
            await nats.PublishAsync(subject, 1, cancellationToken: Token);
            await foreach (NatsMsg<int> _ in sub.Msgs.ReadAllAsync(Token))
            {
                await (drains ? nats.DrainAsync(Token) : nats.DisposeAsync()).InTimeAsync();
                break;
            }

            await nats.DisposeAsync().InTimeAsync();
            // The drain waits for the message whose handler waits for the drain.
            Assert.Equal(drains ? NatsCloseReason.DrainTimedOut : NatsCloseReason.Disposed, (await nats.Closed.WaitAsync(Servers.Limit, Token)).Reason);
        }
    }

    [Fact]
    public async Task Disposing_inside_an_event_handler_completes()
    {
        NatsConnection nats = servers.NewConnection();
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        nats.ConnectionOpened += async (_, _) =>
        {
            await nats.DisposeAsync();
            disposed.SetResult();
        };
        await nats.ConnectAsync(Token).InTimeAsync();
        await disposed.Task.WaitAsync(Servers.Limit, Token);
        Assert.Equal(NatsCloseReason.Disposed, (await nats.Closed.WaitAsync(Servers.Limit, Token)).Reason);
    }

    [Fact]
    public async Task Ten_thousand_cancelled_requests_leave_nothing_behind()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> silent = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        for (int i = 0; i < 100; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task[] requests = [.. Enumerable.Range(0, 100).Select(n => nats.RequestAsync<int, int>(silent.Subject, n, cancellationToken: cancel.Token).InTimeAsync())];
            await cancel.CancelAsync();
            foreach (Task request in requests)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
            }
        }

        Assert.Equal((0L, 2L), (nats.Stats.RequestsInFlight, nats.Stats.SubscriptionCount));
    }

    [Fact]
    public async Task Subscriptions_created_and_disposed_without_a_session_are_sent_to_the_next_one_exactly_once_or_never()
    {
        await using var recording = new Recording(servers.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = recording.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(50) });
        await using INatsSub<int> kept = await nats.SubscribeCoreAsync<int>("life.kept", cancellationToken: Token);
        await using INatsSub<int> dropped = await nats.SubscribeCoreAsync<int>("life.dropped", cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();
        Task<NatsDisconnectedEvent> lost = nats.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: Token);
        Task<NatsReconnectedEvent> back = nats.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Token);
        recording.Proxy.RefuseNew();
        recording.Proxy.ResetAll();
        await lost.WaitAsync(Servers.Limit, Token);
        await using INatsSub<int> added = await nats.SubscribeCoreAsync<int>("life.added", cancellationToken: Token);
        await using INatsSub<int> brief = await nats.SubscribeCoreAsync<int>("life.brief", cancellationToken: Token);
        await dropped.UnsubscribeAsync();
        await brief.UnsubscribeAsync();
        recording.Proxy.AcceptNew();
        await back.WaitAsync(Servers.Limit, Token);
        await nats.FlushAsync(Token).InTimeAsync();

        string second = recording.Sent[recording.Sent.LastIndexOf("CONNECT", StringComparison.Ordinal)..];
        Assert.Equal(
            [$"SUB life.kept {kept.Sid}", $"SUB life.added {added.Sid}"],
            second.Split("\r\n").Where(line => line.Contains("SUB ", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task An_enumeration_that_is_run_twice_is_two_subscriptions()
    {
        await using var recording = new Recording(servers.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = recording.Url });
        IAsyncEnumerable<NatsMsg<int>> messages = nats.SubscribeAsync<int>(Servers.NewSubject(), opts: new NatsSubOpts { Timeout = TimeSpan.FromMilliseconds(50) }, cancellationToken: Token);
        Assert.Empty(await messages.ToEndAsync());
        Assert.Empty(await messages.ToEndAsync());
        await nats.FlushAsync(Token).InTimeAsync();
        string[] lines = recording.SentAfterHandshake.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["SUB", "UNSUB", "SUB", "UNSUB"], lines.Select(line => line.Split(' ')[0]));
        Assert.NotEqual(lines[1], lines[3]);
    }

    [Fact]
    public async Task Concurrent_callers_leave_the_table_empty()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(seed => Task.Run(() => PlayAsync(nats, new Random(seed)), Token))).WaitAsync(Servers.Limit, Token);
        await nats.FlushAsync(Token).InTimeAsync();
        Assert.Equal((0L, 0L, 0L), (nats.Stats.SubscriptionCount, nats.Stats.Reconnects, nats.Stats.PendingMessages));
    }

    private static async Task PlayAsync(NatsConnection nats, Random random)
    {
        for (int i = 0; i < 100; i++)
        {
            string subject = $"life.play.{random.Next(4)}";
            await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, random.Next(2) == 0 ? "group" : null, cancellationToken: Token);
            await nats.PublishAsync(subject, i, cancellationToken: Token);
            if (random.Next(3) == 0)
            {
                await sub.UnsubscribeAsync();
            }

            if (random.Next(5) == 0)
            {
                await nats.PingAsync(Token);
            }
        }
    }
}
