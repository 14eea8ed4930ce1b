using Earshot.Conformance.Tests.Wire;
using Xunit;

namespace Earshot.Conformance.Tests.Misuse;

/// <summary>Wrong arguments throw in the call itself, before a byte is written and before a subscription id is used.</summary>
#pragma warning disable CA2012 // the calls throw, so there is no task to wait for
public sealed class ArgumentTests(Servers servers)
{
    private static readonly string s_long = new('x', 5_000);
    private static readonly TimeSpan s_negative = TimeSpan.FromSeconds(-2);

    private static readonly string[] s_neverSubjects =
    [
        "", " ", "a b", "a\tb", "a\rb", "a\nb", "a\r\nPUB x 0\r\n", "a\0b", "a\u0001b", "a\u001fb", "a\u007fb", ".a", "a.", "a..b", ".", "a\ud800b", s_long,
    ];

    private static readonly Dictionary<string, Action<NatsConnection>> s_calls = Calls();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. s_calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_is_sent_for(string call)
    {
        await using var recording = new Recording(servers.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = recording.Url });
        await nats.FlushAsync(Token).InTimeAsync();
        Exception thrown = Assert.ThrowsAny<Exception>(() => s_calls[call](nats));
        Assert.True(thrown is NatsInvalidArgumentException or ArgumentException, thrown.GetType().Name);

        await using INatsSub<int> next = await nats.SubscribeCoreAsync<int>("next", cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();
        Assert.Equal("SUB next 1\r\n", recording.SentAfterHandshake);
        Assert.Equal((1L, 0L), (nats.Stats.SubscriptionCount, nats.Stats.SentMessages));
    }

    [Theory]
    [InlineData("grün.世界")]
    [InlineData("a.*x")]
    [InlineData("a.x>")]
    [InlineData("a.>b")]
    [InlineData("$a-b_c/d:e")]
    public async Task Letters_of_all_languages_and_wildcard_signs_inside_a_token_are_allowed(string subject)
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, cancellationToken: Token);
        await nats.PublishAsync(subject, 1, cancellationToken: Token);
        Assert.Equal(subject, (await sub.NextAsync()).Subject);
    }

    [Fact]
    public void Headers_refuse_what_would_end_their_line()
    {
        foreach (string name in new[] { "", "a b", "a:b", "a\r", "a\n", "a\0", "ä" })
        {
            Assert.Throws<NatsInvalidHeaderException>(() => new NatsHeaders { { name, "value" } });
        }

        foreach (string value in new[] { "a\r", "a\n", "a\r\nB: c", "a\0", "\ud800" })
        {
            Assert.Throws<NatsInvalidHeaderException>(() => new NatsHeaders { { "name", value } });
        }
    }

    [Fact]
    public async Task Headers_of_a_connection_without_headers_are_refused()
    {
        await using NatsConnection nats = await servers.ConnectAsync(new NatsOpts { Headers = false });
        Assert.Throws<InvalidOperationException>(() => { _ = nats.PublishAsync("a", 1, new NatsHeaders { { "A", "1" } }, cancellationToken: Token); });
    }

    [Fact]
    public async Task A_reply_to_a_message_without_a_reply_subject_is_refused_and_two_replies_are_allowed()
    {
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(Servers.NewSubject(), cancellationToken: Token);
        await using INatsSub<int> replies = await nats.SubscribeCoreAsync<int>(nats.NewInbox(), cancellationToken: Token);
        await nats.PublishAsync(sub.Subject, 1, cancellationToken: Token);
        NatsMsg<int> plain = await sub.NextAsync();
        Assert.Throws<NatsException>(() => { _ = plain.ReplyAsync(1, cancellationToken: Token); });
        Assert.Throws<NatsException>(() => { _ = new NatsMsg<int> { Subject = "a", ReplyTo = "b" }.ReplyAsync(1, cancellationToken: Token); });
        await nats.PublishAsync(sub.Subject, 1, replyTo: replies.Subject, cancellationToken: Token);
        NatsMsg<int> asked = await sub.NextAsync();
        await asked.ReplyAsync(1, cancellationToken: Token);
        await asked.ReplyAsync(2, cancellationToken: Token);
        Assert.Equal([1, 2], (await replies.NextAsync(2)).Select(reply => reply.Data));
        await nats.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await asked.ReplyAsync(3, cancellationToken: Token));
    }

    private static Dictionary<string, Action<NatsConnection>> Calls()
    {
        var calls = new Dictionary<string, Action<NatsConnection>>
        {
            ["publish to null"] = nats => nats.PublishAsync(null!, 1),
            ["subscribe to null"] = nats => nats.SubscribeCoreAsync<int>(null!),
            ["request to null"] = nats => nats.RequestAsync<int, int>(null!, 1),
            ["publish with an empty reply"] = nats => nats.PublishAsync("a", 1, replyTo: ""),
            ["publish with a reply with a space"] = nats => nats.PublishAsync("a", 1, replyTo: "b c"),
            ["publish with a wildcard reply"] = nats => nats.PublishAsync("a", 1, replyTo: "b.*"),
            ["publish with subject and reply too long together"] = nats => nats.PublishAsync(s_long[..2_500], 1, replyTo: s_long[..2_500]),
            ["subscribe with '>' before the end"] = nats => nats.SubscribeCoreAsync<int>("a.>.b"),
            ["enumerate with '>' before the end"] = nats => nats.SubscribeAsync<int>("a.>.b"),
            ["an empty queue group"] = nats => nats.SubscribeCoreAsync<int>("a", ""),
            ["a queue group with a space"] = nats => nats.SubscribeCoreAsync<int>("a", "b c"),
            ["a wildcard queue group"] = nats => nats.SubscribeCoreAsync<int>("a", "*"),
            ["no messages at most"] = nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { MaxMsgs = 0 }),
            ["a negative timeout of a subscription"] = nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { Timeout = s_negative }),
            ["a start-up timeout of zero"] = nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { StartUpTimeout = TimeSpan.Zero }),
            ["a negative idle timeout"] = nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { IdleTimeout = s_negative }),
            ["a queue without room"] = nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { PendingMessagesLimit = 0 }),
            ["a queue without bytes"] = nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { PendingBytesLimit = 0 }),
            ["a request with a timeout of zero"] = nats => nats.RequestAsync<int, int>("a", 1, replyOpts: new NatsSubOpts { Timeout = TimeSpan.Zero }),
            ["many replies with a negative idle timeout"] = nats => nats.RequestManyAsync<int, int>("a", 1, replyOpts: new NatsSubOpts { IdleTimeout = s_negative }),
            ["a publish with a negative timeout"] = nats => nats.PublishAsync("a", 1, opts: new NatsPubOpts { Timeout = s_negative }),
        };
        foreach (string subject in s_neverSubjects)
        {
            string name = subject.Length > 100 ? "a subject of 5,000 letters" : string.Concat(subject.Select(c => c is <= ' ' or > '~' ? $"\\u{(int)c:x4}" : $"{c}"));
            calls[$"publish to '{name}'"] = nats => nats.PublishAsync(subject, 1);
            calls[$"subscribe to '{name}'"] = nats => nats.SubscribeCoreAsync<int>(subject);
            calls[$"request to '{name}'"] = nats => nats.RequestAsync<int, int>(subject, 1);
        }

        foreach (string subject in new[] { "a.*", "a.>", "*", ">", "*.a" })
        {
            calls[$"publish to the wildcard '{subject}'"] = nats => nats.PublishAsync(subject, 1);
            calls[$"request to the wildcard '{subject}'"] = nats => nats.RequestAsync<int>(subject);
            calls[$"many replies from the wildcard '{subject}'"] = nats => nats.RequestManyAsync<int, int>(subject, 1);
        }

        return calls;
    }
}
