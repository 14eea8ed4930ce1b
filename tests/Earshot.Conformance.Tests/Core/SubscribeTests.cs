using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Core;

/// <summary>Subscriptions on a real server: who gets what, and when each of them ends.</summary>
public sealed class SubscribeTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_enumeration_subscribes_with_its_first_move_and_ends_with_its_token()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using IAsyncEnumerator<NatsMsg<int>> messages = nats.SubscribeAsync<int>(subject, cancellationToken: Token).GetAsyncEnumerator(end.Token);
        Assert.Equal(0, nats.Stats.SubscriptionCount);
        ValueTask<bool> next = messages.MoveNextAsync();
        await nats.FlushAsync(Token).InTimeAsync();
        await nats.PublishAsync(subject, 1, cancellationToken: Token);
        Assert.True(await next.InTimeAsync());
        Assert.Equal(1, messages.Current.Data);
        await end.CancelAsync();
        Assert.False(await messages.MoveNextAsync().InTimeAsync());
        await messages.DisposeAsync();
        Assert.Equal(0, nats.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task Leaving_an_enumeration_ends_its_subscription()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        var left = Task.Run(
            async () =>
            {
                await foreach (NatsMsg<int> _ in nats.SubscribeAsync<int>(subject, cancellationToken: Token))
                {
                    break;
                }
            },
            Token);
        while (!left.IsCompleted)
        {
            await nats.PublishAsync(subject, 1, cancellationToken: Token);
            await nats.FlushAsync(Token).InTimeAsync();
        }

        await left;
        Assert.Equal(0, nats.Stats.SubscriptionCount);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await nats.RequestAsync<int>(subject, cancellationToken: Token));
    }

    [Fact]
    public async Task Several_readers_share_one_subscription_without_losing_or_repeating_a_message()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, opts: new NatsSubOpts { MaxMsgs = 2_000 }, cancellationToken: Token);
        Task<List<NatsMsg<int>>>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => sub.ToEndAsync(), Token))];
        for (int i = 0; i < 2_000; i++)
        {
            await nats.PublishAsync(subject, i, cancellationToken: Token);
        }

        List<NatsMsg<int>>[] read = await Task.WhenAll(readers);
        Assert.Equal(Enumerable.Range(0, 2_000), read.SelectMany(part => part).Select(message => message.Data).Order());
        Assert.All(read, part => Assert.Equal(part.Select(message => message.Data).Order(), part.Select(message => message.Data)));
    }

    [Fact]
    public async Task Members_of_a_queue_group_share_the_messages()
    {
        await using NatsConnection one = await servers.ConnectAsync();
        await using NatsConnection two = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> first = await one.SubscribeCoreAsync<int>(subject, "group", cancellationToken: Token);
        await using INatsSub<int> second = await two.SubscribeCoreAsync<int>(subject, "group", cancellationToken: Token);
        await using INatsSub<int> alone = await two.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await first.ConfirmAsync(Token).InTimeAsync();
        await second.ConfirmAsync(Token).InTimeAsync();
        for (int i = 0; i < 200; i++)
        {
            await one.PublishAsync(subject, i, cancellationToken: Token);
        }

        await alone.NextAsync(200);
        await one.FlushAsync(Token).InTimeAsync();

        List<int> shared = [.. Rest(first), .. Rest(second)];
        Assert.Equal("group", first.QueueGroup);
        Assert.Equal(Enumerable.Range(0, 200), shared.Order());
    }

    [Fact]
    public async Task Wildcards_take_what_they_cover_and_name_the_subject_it_was_sent_to()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string root = Servers.NewSubject();
        await using INatsSub<int> star = await nats.SubscribeCoreAsync<int>($"{root}.*.end", cancellationToken: Token);
        await using INatsSub<int> tail = await nats.SubscribeCoreAsync<int>($"{root}.>", cancellationToken: Token);
        foreach (string name in new[] { "a.end", "b.end", "a", "a.b.end", "grün.end" })
        {
            await nats.PublishAsync($"{root}.{name}", 1, cancellationToken: Token);
        }

        await nats.FlushAsync(Token).InTimeAsync();

        Assert.Equal([$"{root}.a.end", $"{root}.b.end", $"{root}.grün.end"], Messages(star).Select(message => message.Subject));
        Assert.Equal(5, Messages(tail).Count);
    }

    [Fact]
    public async Task After_unsubscribing_what_had_arrived_can_still_be_read()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await nats.PublishAsync(subject, 1, cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();
        await sub.UnsubscribeAsync();
        await nats.PublishAsync(subject, 2, cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();

        Assert.Equal([1], (await sub.ToEndAsync()).Select(message => message.Data));
        Assert.Equal(NatsSubEndReason.Unsubscribed, sub.EndReason);
        await sub.Msgs.Completion.WaitAsync(Servers.Limit, Token);
    }

    [Fact]
    public async Task A_limit_of_messages_ends_the_subscription_after_exactly_that_many()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, opts: new NatsSubOpts { MaxMsgs = 3 }, cancellationToken: Token);
        for (int i = 0; i < 10; i++)
        {
            await nats.PublishAsync(subject, i, cancellationToken: Token);
        }

        Assert.Equal([0, 1, 2], (await sub.ToEndAsync()).Select(message => message.Data));
        Assert.Equal(NatsSubEndReason.MaxMsgs, sub.EndReason);
        Assert.Equal(0, nats.Stats.SubscriptionCount);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task A_limit_of_messages_counts_on_after_a_reconnect()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Token);
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(50) });
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>("s", opts: new NatsSubOpts { MaxMsgs = 5 }, cancellationToken: Token);
        for (int i = 0; i < 3; i++)
        {
            await nats.PublishAsync("s", i, cancellationToken: Token);
        }

        Assert.Equal([0, 1, 2], (await sub.NextAsync(3)).Select(message => message.Data));
        Task<NatsReconnectedEvent> back = nats.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Token);
        await server.RestartAsync(Token);
        await back.WaitAsync(Servers.Limit, Token);
        for (int i = 3; i < 10; i++)
        {
            await nats.PublishAsync("s", i, cancellationToken: Token);
        }

        Assert.Equal([3, 4], (await sub.ToEndAsync()).Select(message => message.Data));
        Assert.Equal(NatsSubEndReason.MaxMsgs, sub.EndReason);
    }

    [Fact]
    public async Task Timeouts_end_a_subscription_and_name_the_expired_one()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        var brief = TimeSpan.FromMilliseconds(50);
        Assert.Equal(NatsSubEndReason.Timeout, await EndOf(nats, new NatsSubOpts { Timeout = brief }, messages: 1));
        Assert.Equal(NatsSubEndReason.StartUpTimeout, await EndOf(nats, new NatsSubOpts { StartUpTimeout = brief }, messages: 0));
        Assert.Equal(NatsSubEndReason.IdleTimeout, await EndOf(nats, new NatsSubOpts { IdleTimeout = brief, StartUpTimeout = Servers.Limit }, messages: 1));
    }

    [Fact]
    public async Task An_empty_message_ends_a_subscription_that_takes_it_for_the_end()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, opts: new NatsSubOpts { StopOnEmptyMsg = true }, cancellationToken: Token);
        await nats.PublishAsync(subject, 1, cancellationToken: Token);
        await nats.PublishAsync(subject, cancellationToken: Token);
        await nats.PublishAsync(subject, 2, cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();

        Assert.Equal([1], (await sub.ToEndAsync()).Select(message => message.Data));
        Assert.Equal(NatsSubEndReason.EmptyMsg, sub.EndReason);
        await sub.Msgs.Completion.WaitAsync(Servers.Limit, Token);
    }

    [Fact]
    public async Task Draining_a_subscription_loses_nothing_that_the_server_had_sent()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using NatsConnection other = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await sub.ConfirmAsync(Token).InTimeAsync();
        for (int i = 0; i < 1_000; i++)
        {
            await other.PublishAsync(subject, i, cancellationToken: Token);
        }

        await other.FlushAsync(Token).InTimeAsync();
        Task drained = sub.DrainAsync(Token).AsTask();

        Assert.Equal(Enumerable.Range(0, 1_000), (await sub.ToEndAsync()).Select(message => message.Data));
        await drained.WaitAsync(Servers.Limit, Token);
        Assert.Equal(NatsSubEndReason.Drained, sub.EndReason);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task ConfirmAsync_throws_when_the_server_rejects_the_subscription()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Config = "authorization { users = [ { user: u, password: c4n4ry, permissions: { subscribe: { deny: [\"secret.>\"] } } } ] }" }, Token);
        await using var nats = new NatsConnection(new NatsOpts { Url = $"nats://u:c4n4ry@127.0.0.1:{server.Port}" });
        await using INatsSub<int> allowed = await nats.SubscribeCoreAsync<int>("open", cancellationToken: Token);
        await allowed.ConfirmAsync(Token).InTimeAsync();
        await using INatsSub<int> refused = await nats.SubscribeCoreAsync<int>("secret.a", cancellationToken: Token);
        NatsPermissionViolationException violation = await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.ConfirmAsync(Token).InTimeAsync());
        Assert.Equal(NatsOutcome.Rejected, violation.Outcome);
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused.ToEndAsync());
    }

    [Fact]
    public async Task Echo_off_keeps_own_messages_from_own_subscriptions_only()
    {
        await using NatsConnection quiet = await servers.ConnectAsync(new NatsOpts { Echo = false });
        await using NatsConnection other = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> own = await quiet.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await using INatsSub<int> others = await other.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await own.ConfirmAsync(Token).InTimeAsync();
        await others.ConfirmAsync(Token).InTimeAsync();
        await quiet.PublishAsync(subject, 1, cancellationToken: Token);
        await quiet.FlushAsync(Token).InTimeAsync();
        await other.PublishAsync(subject, 2, cancellationToken: Token);

        Assert.Equal(2, (await own.NextAsync()).Data);
        Assert.Equal([1, 2], (await others.NextAsync(2)).Select(message => message.Data));
    }

    [Fact]
    public async Task A_hundred_thousand_messages_arrive_in_order_without_a_drop_with_default_limits()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using NatsConnection publisher = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, opts: new NatsSubOpts { MaxMsgs = 100_000 }, cancellationToken: Token);
        await sub.ConfirmAsync(Token).InTimeAsync();
        Task<List<NatsMsg<int>>> reading = Task.Run(() => sub.ToEndAsync(), Token);
        for (int i = 0; i < 100_000; i++)
        {
            await publisher.PublishAsync(subject, i, cancellationToken: Token);
        }

        Assert.Equal(Enumerable.Range(0, 100_000), (await reading).Select(message => message.Data));
        Assert.Equal(0, sub.Stats.Dropped);
        Assert.Equal(100_000, sub.Stats.Delivered);
        Assert.Equal(0, nats.Stats.DroppedMessages);
    }

    private static async Task<NatsSubEndReason> EndOf(NatsConnection nats, NatsSubOpts opts, int messages)
    {
        string subject = Servers.NewSubject();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, opts: opts, cancellationToken: Token);
        for (int i = 0; i < messages; i++)
        {
            await nats.PublishAsync(subject, i, cancellationToken: Token);
        }

        await sub.ToEndAsync();
        return sub.EndReason;
    }

    private static IEnumerable<int> Rest(INatsSub<int> sub) => Messages(sub).Select(message => message.Data);

    private static List<NatsMsg<int>> Messages(INatsSub<int> sub)
    {
        List<NatsMsg<int>> messages = [];
        while (sub.Msgs.TryRead(out NatsMsg<int> message))
        {
            messages.Add(message);
        }

        return messages;
    }
}
