using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Core;

/// <summary>Requests with one reply and with many, against a real server.</summary>
public sealed class RequestTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_gets_its_reply_and_concurrent_requests_get_their_own()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using Responder responder = await Responder.StartAsync(nats, async message => await message.ReplyAsync(message.Data * 2, cancellationToken: Token));
        NatsMsg<int>[] replies = await Task.WhenAll(Enumerable.Range(1, 500).Select(i => nats.RequestAsync<int, int>(responder.Subject, i, cancellationToken: Token).InTimeAsync()));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => i * 2), replies.Select(reply => reply.Data));
        Assert.Equal(0, nats.Stats.RequestsInFlight);
        Assert.Equal(2, nats.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task A_handler_may_send_requests_on_its_own_connection()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using Responder inner = await Responder.StartAsync(nats, async message => await message.ReplyAsync(message.Data + 1, cancellationToken: Token));
        await using Responder outer = await Responder.StartAsync(nats, async message =>
        {
            NatsMsg<int> reply = await nats.RequestAsync<int, int>(inner.Subject, message.Data, cancellationToken: Token);
            await message.ReplyAsync(reply.Data * 10, cancellationToken: Token);
        });
        Assert.Equal(20, (await nats.RequestAsync<int, int>(outer.Subject, 1, cancellationToken: Token).InTimeAsync()).Data);
    }

    [Fact]
    public async Task Request_without_responders_fails_immediately()
    {
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { TimeProvider = new FakeTimeProvider() }); // no timeout expires
        string subject = Servers.NewSubject();
        NatsNoRespondersException none = await Assert.ThrowsAsync<NatsNoRespondersException>(
            () => nats.RequestAsync<int, int>(subject, 1, replyOpts: new NatsSubOpts { Timeout = Servers.Limit }, cancellationToken: Token).InTimeAsync());
        Assert.Equal((subject, NatsOutcome.Rejected), (none.Subject, none.Outcome));

        NatsMsg<int> reported = await nats.RequestAsync<int, int>(subject, 1, replyOpts: new NatsSubOpts { ThrowIfNoResponders = false }, cancellationToken: Token).InTimeAsync();
        Assert.True(reported.HasNoResponders);
        Assert.Equal(503, reported.Headers!.Code);
        Assert.Throws<NatsNoRespondersException>(reported.EnsureSuccess);
    }

    [Fact]
    public async Task A_request_without_a_reply_ends_with_its_timeout_and_a_late_reply_is_dropped()
    {
        var time = new FakeTimeProvider();
        var timeout = TimeSpan.FromMilliseconds(50);
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { TimeProvider = time });
        await using INatsSub<int> silent = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        Task<NatsMsg<int>> unanswered = nats.RequestAsync<int, int>(silent.Subject, 1, replyOpts: new NatsSubOpts { Timeout = timeout }, cancellationToken: Token).InTimeAsync();
        NatsMsg<int> late = await silent.NextAsync();
        Assert.False(unanswered.IsCompleted);
        time.Advance(timeout);
        NatsNoReplyException none = await Assert.ThrowsAsync<NatsNoReplyException>(() => unanswered);
        Assert.Equal(NatsOutcome.Unknown, none.Outcome);
        await late.ReplyAsync(666, cancellationToken: Token);
        Task<NatsMsg<int>> next = nats.RequestAsync<int, int>(silent.Subject, 2, cancellationToken: Token).InTimeAsync();
        NatsMsg<int> asked = await silent.NextAsync();
        await late.ReplyAsync(666, cancellationToken: Token);
        await asked.ReplyAsync(2, cancellationToken: Token);
        Assert.Equal(2, (await next).Data);
    }

    [Fact]
    public async Task A_cancelled_request_does_not_affect_others_and_releases_its_slot()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> slow = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        using var cancel = new CancellationTokenSource();
        Task<NatsMsg<int>> given = nats.RequestAsync<int, int>(slow.Subject, 1, cancellationToken: cancel.Token).InTimeAsync();
        Task<NatsMsg<int>> kept = nats.RequestAsync<int, int>(slow.Subject, 2, cancellationToken: Token).InTimeAsync();
        List<NatsMsg<int>> asked = await slow.NextAsync(2);
        await cancel.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);
        await asked.Single(message => message.Data == 2).ReplyAsync(22, cancellationToken: Token);
        Assert.Equal(22, (await kept).Data);
        Assert.Equal(0, nats.Stats.RequestsInFlight);
    }

    [Fact]
    public async Task An_empty_request_gets_a_reply_of_any_type_and_a_message_can_be_sent_as_a_request()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using Responder responder = await Responder.StartAsync(nats, async message => await message.ReplyAsync($"{message.IsEmpty} {message.Data}", cancellationToken: Token));
        Assert.Equal("True 0", (await nats.RequestAsync<string>(responder.Subject, cancellationToken: Token).InTimeAsync()).Data);
        var message = new NatsMsg<int> { Subject = responder.Subject, Data = 7 };
        Assert.Equal("False 7", (await nats.RequestAsync<int, string>(message, cancellationToken: Token).InTimeAsync()).Data);
    }

    [Fact]
    public async Task Replies_come_below_the_inbox_prefix()
    {
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { InboxPrefix = "_MINE.for.me" });
        Assert.StartsWith("_MINE.for.me.", nats.NewInbox(), StringComparison.Ordinal);
        await using Responder responder = await Responder.StartAsync(nats, async message => await message.ReplyAsync(message.ReplyTo, cancellationToken: Token));
        Assert.StartsWith("_MINE.for.me.", (await nats.RequestAsync<string>(responder.Subject, cancellationToken: Token).InTimeAsync()).Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("count")]
    [InlineData("idle")]
    [InlineData("sentinel")]
    [InlineData("total")]
    public async Task Many_replies_end_by(string way)
    {
        var time = new FakeTimeProvider();
        var timeout = TimeSpan.FromMilliseconds(250);
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { TimeProvider = time });
        await using Responder responder = await Responder.StartAsync(nats, async message =>
        {
            for (int i = 1; i <= 3; i++)
            {
                await message.ReplyAsync(i, cancellationToken: Token);
            }

            if (way == "sentinel")
            {
                await message.ReplyAsync(cancellationToken: Token);
            }
        });
        NatsSubOpts opts = way switch
        {
            "count" => new NatsSubOpts { MaxMsgs = 3, Timeout = Servers.Limit },
            "idle" => new NatsSubOpts { IdleTimeout = timeout, StartUpTimeout = Servers.Limit, Timeout = Servers.Limit },
            "sentinel" => new NatsSubOpts { Timeout = Servers.Limit },
            _ => new NatsSubOpts { Timeout = timeout },
        };
        await using IAsyncEnumerator<NatsMsg<int>> replies = nats.RequestManyAsync<int, int>(responder.Subject, 1, replyOpts: opts, cancellationToken: Token).GetAsyncEnumerator(Token);
        for (int i = 1; i <= 3; i++)
        {
            Assert.True(await replies.MoveNextAsync().InTimeAsync());
            Assert.Equal(i, replies.Current.Data);
        }

        Task<bool> next = replies.MoveNextAsync().InTimeAsync();
        if (way is "idle" or "total")
        {
            Assert.False(next.IsCompleted);
            time.Advance(timeout);
        }

        Assert.False(await next);
        Assert.Equal(1, nats.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task RequestMany_without_responders_fails_immediately_or_is_empty()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        string subject = Servers.NewSubject();
        await Assert.ThrowsAsync<NatsNoRespondersException>(() => nats.RequestManyAsync<int, int>(subject, 1, cancellationToken: Token).ToEndAsync());
        Assert.Empty(await nats.RequestManyAsync<int, int>(subject, 1, replyOpts: new NatsSubOpts { ThrowIfNoResponders = false }, cancellationToken: Token).ToEndAsync());
        Assert.Equal(0, nats.Stats.SubscriptionCount);
    }

    /// <summary>Answers requests on the same connection until it is disposed.</summary>
    private sealed class Responder : IAsyncDisposable
    {
        private readonly INatsSub<int> _sub;
        private readonly Task _answering;

        private Responder(INatsSub<int> sub, Func<NatsMsg<int>, Task> answer)
        {
            _sub = sub;
            _answering = AnswerAsync(answer);
        }

        public string Subject => _sub.Subject;

        public static async Task<Responder> StartAsync(NatsConnection nats, Func<NatsMsg<int>, Task> answer) =>
            new(await nats.SubscribeCoreAsync<int>(Servers.NewSubject("ask"), cancellationToken: Token), answer);

        public async ValueTask DisposeAsync()
        {
            await _sub.DisposeAsync();
            await _answering.WaitAsync(Servers.Limit, Token);
        }

        private async Task AnswerAsync(Func<NatsMsg<int>, Task> answer)
        {
            await foreach (NatsMsg<int> message in _sub.Msgs.ReadAllAsync(Token))
            {
                await answer(message);
            }
        }
    }
}
