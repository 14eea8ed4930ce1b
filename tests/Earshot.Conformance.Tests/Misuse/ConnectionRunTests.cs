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
