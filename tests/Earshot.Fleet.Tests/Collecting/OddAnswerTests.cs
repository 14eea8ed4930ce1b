using System.Globalization;
using System.Text;
using Earshot.Fleet.Tests.Reading;
using Earshot.JetStream;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>A collector and servers that answer in an odd way, or not: connections of the test answer in their place.</summary>
public sealed class OddAnswerTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(""" "connections":[],"total":0 """)]
    [InlineData(""" "now":"2026-11-29T03:00:00Z","connections":[null],"total":1 """)]
    [InlineData(""" "now":"9999-12-31T23:59:59Z","connections":[{"cid":1,"start":"2026-11-29T03:00:00Z"}],"total":1 """)]
    [InlineData(""" "now":"2026-11-29T03:00:00Z","connections":[{"cid":1,"start":"0001-01-01T00:00:00Z"},{"cid":2,"start":"2026-11-29T03:00:00Z","stop":"9999-12-31T23:59:59Z"}],"total":1 """)]
    public async Task List_of_another_form_ends_nothing(string odd)
    {
        (NatsConnection servers, NatsConnection own) = await StartAsync();
        await using INatsSub<byte[]> stored = await SubscribeAsync(servers, "earshot.v1.s.*.open");
        int asked = 0;
        await AnswerAsync(servers, "earshot.q.connz", question =>
        {
            bool isOpen = question.Contains("\"state\":0", StringComparison.Ordinal);
            return Page("A", isOpen && Interlocked.Increment(ref asked) > 1 ? Rows(7) : odd);
        });
        await using var collector = new FleetCollector(own, options: new FleetCollectorOptions { ConnectionsInterval = TimeSpan.FromMilliseconds(100) });
        await collector.StartAsync(Token);
        NatsMsg<byte[]> open = await stored.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token);
        while (!Encoding.UTF8.GetString(open.Data!).Contains("\"id\":7", StringComparison.Ordinal))
        {
            open = await stored.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token);
        }

        Assert.False(collector.Completion.IsCompleted);
    }

    [Theory]
    [InlineData("earshot.sys.statsz.X", """{"server":{"id":"X"},"statsz":{"routes":[null]}}""")]
    [InlineData("earshot.sys.lameduck.X", """{"id":"A B","name":"n"}""")]
    [InlineData("earshot.sys.connect.APP", """{"id":"e0","timestamp":"0001-01-01T00:00:00Z","server":{"id":"X","time":"9999-12-31T23:59:59Z"},"client":{"id":1,"start":"9999-12-31T23:59:59Z","acc":"APP"}}""")]
    public async Task Event_of_another_form_ends_nothing_and_blocks_nothing(string subject, string body)
    {
        (NatsConnection servers, NatsConnection own) = await StartAsync();
        await using INatsSub<byte[]> stored = await SubscribeAsync(servers, "earshot.v1.s.A.connect");
        await using var collector = new FleetCollector(own);
        await collector.StartAsync(Token);
        await servers.PublishAsync(subject, Encoding.UTF8.GetBytes(body), serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
        await ConnectEventAsync(servers);
        await stored.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token);
        await collector.StopAsync(Token);
        Assert.Equal((0, null, TaskStatus.RanToCompletion), (collector.Counters.Held, collector.Counters.Trouble, collector.Completion.Status));
    }

    [Fact]
    public async Task Closed_connections_are_asked_for_again_until_each_server_has_answered()
    {
        var time = new QuestionTime(servers: 2, FleetCluster.Limit);
        (NatsConnection servers, NatsConnection own) = await StartAsync(new NatsOpts { RequestTimeout = FleetCluster.Limit, TimeProvider = time });
        await using INatsSub<byte[]> filled = await SubscribeAsync(servers, "earshot.v1.s.*.filled");
        foreach (string server in new[] { "A", "B" })
        {
            int round = 0;
            await AnswerAsync(servers, "earshot.q.connz", question =>
            {
                bool isClosed = question.Contains("\"state\":1", StringComparison.Ordinal);
                if (isClosed && ++round <= (server == "A" ? 1 : 2)) // first both, then one
                {
                    time.CountMute();
                    return null;
                }

                return Page(server, isClosed ? Rows(7, isClosed: true) : Rows());
            });
        }

        await using var collector = new FleetCollector(own, options: new FleetCollectorOptions { ConnectionsInterval = TimeSpan.FromMilliseconds(100) });
        await collector.StartAsync(Token);
        string[] subjects = [(await filled.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token)).Subject, (await filled.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token)).Subject];
        Assert.Equal(["earshot.v1.s.A.filled", "earshot.v1.s.B.filled"], subjects.Order());
    }

    [Fact]
    public async Task Loop_that_fails_ends_the_collector_and_its_subscriptions()
    {
        var log = new FailingLog();
        (NatsConnection servers, NatsConnection own) = await StartAsync(new NatsOpts { LoggerFactory = log }, hasStreams: false);
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await AnswerAsync(servers, "earshot.q.idz", _ => """{"id":"A"}""");
        await AnswerAsync(servers, "earshot.q.idz", _ =>
        {
            string? answer = log.Fails ? null : """{"id":"B"}""";
            known.TrySetResult();
            return answer;
        });

        var collector = new FleetCollector(own, options: new FleetCollectorOptions { PingInterval = TimeSpan.FromMilliseconds(100) });
        await collector.StartAsync(Token);
        await known.Task.WaitAsync(FleetCluster.Limit, Token);
        log.Fails = true; // the silence of the second one is logged
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => collector.Completion.WaitAsync(FleetCluster.Limit, Token));
        Assert.Equal("the log fails", failure.Message);
        await AssertNotSubscribedAsync(servers);
        log.Fails = false;
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task Stop_during_the_start_cancels_it_and_leaves_no_subscription()
    {
        (NatsConnection servers, NatsConnection own) = await StartAsync(new NatsOpts { RequestTimeout = FleetCluster.Limit }, hasStreams: false);
        await using INatsSub<byte[]> mute = await SubscribeAsync(servers, "$JS.API.>"); // a server that does not answer
        var collector = new FleetCollector(own);
        Task start = collector.StartAsync(Token);
        await mute.Msgs.ReadAsync(Token);
        await collector.StopAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Equal(TaskStatus.RanToCompletion, collector.Completion.Status);
        await AssertNotSubscribedAsync(servers);
        await Assert.ThrowsAsync<InvalidOperationException>(() => collector.StartAsync(Token));
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task Start_that_is_cancelled_leaves_no_subscription()
    {
        (NatsConnection servers, NatsConnection own) = await StartAsync(new NatsOpts { RequestTimeout = FleetCluster.Limit }, hasStreams: false);
        await using INatsSub<byte[]> mute = await SubscribeAsync(servers, "$JS.API.>");
        await using var collector = new FleetCollector(own);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task start = collector.StartAsync(cancel.Token);
        await mute.Msgs.ReadAsync(Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        await AssertNotSubscribedAsync(servers);
    }

    [Fact]
    public async Task Start_that_fails_at_its_last_step_leaves_no_subscription()
    {
        var user = new NatsTestServerUser("collector", "pw") { Permissions = new NatsTestServerPermissions { SubscribeDeny = ["_INBOX.>"] } };
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [user, new NatsTestServerUser("other", "pw")] }, Token);
        await using var own = new NatsConnection(new NatsOpts { Url = server.Url, RequestTimeout = FleetCluster.Limit, AuthOpts = new NatsAuthOpts { Username = "collector", Password = "pw" } });
        await using var other = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "other", Password = "pw" } });
        await using var collector = new FleetCollector(own);
        NatsException refused = await Assert.ThrowsAnyAsync<NatsException>(() => collector.StartAsync(Token));
        Assert.Contains("_INBOX", refused.Message, StringComparison.Ordinal);
        await AssertNotSubscribedAsync(other);
    }

    [Fact]
    public async Task Times_that_no_timer_has_are_refused()
    {
        (_, NatsConnection own) = await StartAsync(hasStreams: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FleetCollector(own, options: new FleetCollectorOptions { FlushTimeout = TimeSpan.MaxValue }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FleetCollector(own, options: new FleetCollectorOptions { PingInterval = TimeSpan.FromDays(2) }));
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private static string Page(string server, string content) =>
        $$$"""{"server":{"name":"n{{{server}}}","id":"{{{server}}}","ver":"2.15.1"},"data":{"server_id":"{{{server}}}",{{{content}}},"offset":0,"limit":1024}}""";

    private static string Rows(int client = 0, bool isClosed = false)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string row = client == 0 ? "" : $$"""{"cid":{{client}},"kind":"Client","account":"APP","start":"{{Text(now.AddMinutes(-3))}}"{{(isClosed ? $$""","stop":"{{Text(now.AddMinutes(-2))}}","reason":"Client Closed" """ : "")}}}""";
        return $$""" "now":"{{Text(now)}}","connections":[{{row}}],"total":1 """;
    }

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static async Task ConnectEventAsync(NatsConnection servers) => await servers.PublishAsync(
        "earshot.sys.connect.APP", Encoding.UTF8.GetBytes("""{"id":"e1","server":{"id":"A"},"client":{"id":5,"acc":"APP"}}"""), serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);

    private static async Task AssertNotSubscribedAsync(NatsConnection servers) =>
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await servers.RequestAsync<string, string>("earshot.sys.connect.APP", "", cancellationToken: Token));

    private async Task<(NatsConnection Servers, NatsConnection Own)> StartAsync(NatsOpts? opts = null, bool hasStreams = true)
    {
        NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = hasStreams }, Token);
        _owned.Add(server);
        var servers = new NatsConnection(new NatsOpts { Url = server.Url });
        _owned.Add(servers);
        var own = new NatsConnection((opts ?? new NatsOpts()) with { Url = server.Url });
        _owned.Add(own);
        await own.ConnectAsync(Token);
        if (hasStreams)
        {
            await servers.CreateJetStreamContext().CreateStreamAsync(new StreamConfig(FleetStreams.ServersName, ["earshot.v1.s.>"]) { Storage = StreamConfigStorage.Memory, AllowDirect = true }, Token);
        }

        return (servers, own);
    }

    private static async Task<INatsSub<byte[]>> SubscribeAsync(NatsConnection connection, string subject)
    {
        INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync(subject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
        await subscription.ConfirmAsync(Token);
        return subscription;
    }

    private async Task AnswerAsync(NatsConnection connection, string subject, Func<string, string?> answer)
    {
        INatsSub<byte[]> questions = await SubscribeAsync(connection, subject);
        _owned.Add(new Answers(questions, RunAsync()));

        async Task RunAsync()
        {
            await foreach (NatsMsg<byte[]> question in questions.Msgs.ReadAllAsync(Token))
            {
                if (answer(Encoding.UTF8.GetString(question.Data ?? [])) is { } text)
                {
                    await question.ReplyAsync(Encoding.UTF8.GetBytes(text), serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
                }
            }
        }
    }

    /// <summary>Answers until disposed; the last answer is written before the connection ends.</summary>
    private sealed class Answers(INatsSub<byte[]> questions, Task run) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await questions.DisposeAsync();
            await run.WaitAsync(FleetCluster.Limit, CancellationToken.None);
        }
    }

    private sealed class FailingLog : ILoggerFactory, ILogger
    {
        public bool Fails { get; set; }

        public ILogger CreateLogger(string categoryName) => categoryName == "Earshot.Fleet.Collector" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Fails && logLevel == LogLevel.Warning)
            {
                throw new InvalidOperationException("the log fails");
            }
        }
    }
}
