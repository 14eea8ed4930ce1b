using Earshot.Fleet.Tests.Story;
using Earshot.JetStream;
using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>The streams of a fleet on a real server: history, live, what is missing in between, and who a journal is of.</summary>
public sealed class StreamReaderTests
{
    private const string Viewer = """
        accounts { OPS { jetstream: enabled, users: [
          { user: admin, password: pw },
          { user: viewer, password: pw, permissions: {
            publish: { allow: ["$JS.API.STREAM.INFO.EARSHOT_JOURNAL", "$JS.API.DIRECT.GET.EARSHOT_JOURNAL", "$JS.API.STREAM.INFO.EARSHOT_SERVERS", "$JS.API.DIRECT.GET.EARSHOT_SERVERS"] }
            subscribe: { allow: ["earshot.live.>", "_INBOX_VIEW.>"] } } },
          { user: deaf, password: pw, permissions: {
            publish: { allow: ["$JS.API.STREAM.INFO.*", "$JS.API.DIRECT.GET.*"] }
            subscribe: { allow: ["_INBOX_VIEW.>"] } } } ] } }
        """;

    private static CancellationToken Token => StreamReaderRig.Token;

    [Fact]
    public async Task History_and_what_follows_is_read_once()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        ClusterStory story = Story(out StoryClient[] clients, 3);
        await rig.Publisher.PublishAsync(story.Records, Token);
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync());
        FleetStreamContent history = reader.Read();
        AssertSame(story.Records, history.Records);
        Assert.Empty(history.Problems);
        Assert.All(history.Streams, stream => Assert.True(stream.Exists));

        List<FleetRecord> before = [.. story.Records];
        Lose(story, clients);
        await rig.Publisher.PublishAsync(story.Records.Except(before), Token);
        FleetStreamContent live = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count >= story.Records.Count);
        AssertSame(story.Records, live.Records);
        Assert.Equal(FleetVerdict.Stopped, Assert.Single(Incidents.Find(live.Records).Incidents).Verdict);
        AssertSame(story.Records, (await FleetStreamReader.ReadAsync(await rig.ConnectAsync(), cancellationToken: Token)).Records);
    }

    [Fact]
    public async Task A_new_message_is_received_without_asking_and_a_gap_is_filled_when_it_shows()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync(withStreams: false);
        await rig.Publisher.CreateAsync(StreamPublisher.JournalStream, "j", Token);

        // Of this stream only the messages of one server are published again, so that those of others are gaps.
        await rig.Publisher.Context.CreateStreamAsync(
            new StreamConfig(StreamPublisher.ServersStream, ["earshot.v1.s.>"]) { AllowDirect = true, Republish = new Republish { Src = "earshot.v1.s.NLIVE.>", Dest = "earshot.live.s.NLIVE.>" } }, Token);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow()); // no timer fires: nothing is looked for
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync(change: opts => opts with { TimeProvider = time }));
        ServerRecord Seen(string id) => new() { Kind = ServerRecordKind.Seen, At = time.GetUtcNow(), Server = new ServerIdentity(id) };
        await rig.Publisher.PublishAsync([Seen("NLIVE")], Token);
        await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == 1);

        await rig.Publisher.PublishAsync([Seen("N1")], Token);
        await rig.Publisher.PublishAsync([Seen("N2")], Token);
        Assert.Single(reader.Read().Records);
        await rig.Publisher.PublishAsync([Seen("NLIVE") with { At = time.GetUtcNow().AddSeconds(1) }], Token);
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == 4);
        Assert.Equal(["NLIVE", "N1", "N2", "NLIVE"], content.Records.Cast<ServerRecord>().Select(record => record.Server.Id));
        Assert.Equal(0, content.Streams[1].Missed);
    }

    [Fact]
    public async Task A_history_of_many_batches_is_read_completely()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        FleetRecord[] records = [.. Enumerable.Range(1, 1500).Select(i => new ServerRecord { Kind = ServerRecordKind.Connect, At = DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(i), Server = new ServerIdentity("NA"), Client = new ServerClient((ulong)i) })];
        await rig.Publisher.PublishAsync(records, Token);
        FleetStreamContent content = await FleetStreamReader.ReadAsync(await rig.ConnectAsync(), cancellationToken: Token);
        AssertSame(records, content.Records);
        FleetStreamContent few = await FleetStreamReader.ReadAsync(await rig.ConnectAsync(), new FleetReaderOptions { MaxRecords = 100 }, Token);
        Assert.Equal((100, 1400), (few.Records.Count, few.Streams[1].Evicted));
        Assert.Equal(records[^100..], few.Records);
    }

    [Fact]
    public async Task What_is_published_while_the_reader_is_disconnected_is_read_afterwards()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        await using var proxy = new FaultProxy(rig.Server.Port);
        var connection = new NatsConnection(new NatsOpts { Url = proxy.Url, IgnoreDiscoveredServers = true });
        await using (connection)
        {
            await connection.ConnectAsync(Token);
            FleetStreamReader reader = await rig.ReadAsync(connection);
            ClusterStory story = Story(out StoryClient[] clients, 3);
            await rig.Publisher.PublishAsync(story.Records, Token);
            await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count);
            Task<NatsReconnectedEvent> back = connection.Events.WhenAsync<NatsReconnectedEvent>(0, cancellationToken: Token);
            proxy.RefuseNew();
            proxy.ResetAll();
            List<FleetRecord> before = [.. story.Records];
            Lose(story, clients);
            await rig.Publisher.PublishAsync(story.Records.Except(before), Token);
            proxy.AcceptNew();
            await back.WaitAsync(StreamReaderRig.Limit, Token);
            FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count >= story.Records.Count);
            AssertSame(story.Records, content.Records);
            Assert.All(content.Streams, stream => Assert.Equal(0, stream.Missed));
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_server_that_has_the_streams_is_killed_and_started_again()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync(change: opts => opts with { MaxReconnectRetry = -1 }));
        ClusterStory story = Story(out StoryClient[] clients, 3);
        await rig.Publisher.PublishAsync(story.Records, Token);
        await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count);
        await rig.Server.KillAsync(Token);
        await rig.Server.StartServerAsync(Token);
        List<FleetRecord> before = [.. story.Records];
        Lose(story, clients);
        var publisher = new StreamPublisher(await rig.ConnectAsync());
        await publisher.PublishAsync(story.Records.Except(before), Token);
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count >= story.Records.Count);
        AssertSame(story.Records, content.Records);
    }

    [Fact]
    public async Task The_subject_says_whose_journal_it_is_and_not_the_content()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        const string Body = """{"v":1,"conn":"victim","svc":"victim","inst":"victim","name":"orders","ev":[{"k":102,"n":1,"t":"2026-11-29T03:00:00Z","s":1}]}""";
        await rig.Publisher.PublishAsync("earshot.v1.j.orders-api.i1.c1", Body, Token);
        await rig.Publisher.PublishAsync("earshot.v1.j.APP.orders-api.i1.c2", Body, Token);
        FleetStreamContent content = await FleetStreamReader.ReadAsync(await rig.ConnectAsync(), cancellationToken: Token);
        Assert.Equal(
            ["c1 orders-api i1 orders", "c2 APP/orders-api i1 orders"],
            content.Records.Cast<JournalRecord>().Select(record => record.Connection).Select(connection => $"{connection.Id} {connection.Service} {connection.Instance} {connection.Name}"));
    }

    [Theory]
    [InlineData("earshot.v1.j.a.b.c", "not json")]
    [InlineData("earshot.v1.j.a.b.c", "{}")]
    [InlineData("earshot.v1.j.a.b.c", """{"v":2,"conn":"c","ev":[]}""")]
    [InlineData("earshot.v1.j.a.b.c", """{"v":1,"conn":"c","ev":[null]}""")]
    [InlineData("earshot.v1.j.a.b.c", """{"v":1,"kind":"Seen","at":"2026-11-29T03:00:00Z","server":{"id":"N1"}}""")]
    [InlineData("earshot.v1.j.a.b", """{"v":1,"conn":"c","ev":[]}""")]
    [InlineData("earshot.v1.j.a.b.c.d.e", """{"v":1,"conn":"c","ev":[]}""")]
    [InlineData("earshot.v1.j.a.b.c$", """{"v":1,"conn":"c","ev":[]}""")]
    [InlineData("earshot.v1.s.N2.seen", """{"v":1,"kind":"Seen","at":"2026-11-29T03:00:00Z","server":{"id":"N1"}}""")]
    [InlineData("earshot.v1.s.N1.shutdown", """{"v":1,"kind":"Seen","at":"2026-11-29T03:00:00Z","server":{"id":"N1"}}""")]
    [InlineData("earshot.v1.s.N1.seen", """{"v":1,"conn":"c","ev":[]}""")]
    public async Task A_message_that_is_no_record_is_counted_and_ends_nothing(string subject, string body)
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync());
        await rig.Publisher.PublishAsync(subject, body, Token);
        ClusterStory story = Story(out _, 1);
        await rig.Publisher.PublishAsync(story.Records, Token);
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count && content.Streams.Sum(stream => stream.Malformed) == 1);
        AssertSame(story.Records, content.Records);
    }

    [Fact]
    public async Task An_event_that_is_stored_twice_counts_once()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        ClusterStory story = Story(out StoryClient[] clients, 2);
        Lose(story, clients);
        await rig.Publisher.PublishAsync(story.Records, Token);
        await rig.Publisher.PublishAsync(story.Records, Token);
        FleetStreamContent content = await FleetStreamReader.ReadAsync(await rig.ConnectAsync(), cancellationToken: Token);
        AssertSame(story.Records, content.Records);
        Assert.Equal(2 * story.Records.OfType<ServerRecord>().Count(), content.Streams[1].Messages);
    }

    [Fact]
    public async Task A_viewer_with_the_permissions_of_the_design_reads_everything_and_is_refused_nothing()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync(Viewer, "admin");
        NatsConnection connection = await rig.ConnectAsync("viewer", opts => opts with { InboxPrefix = "_INBOX_VIEW" });
        FleetStreamReader reader = await rig.ReadAsync(connection);
        ClusterStory story = Story(out _, 2);
        await rig.Publisher.PublishAsync(story.Records, Token);
        AssertSame(story.Records, (await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count)).Records);
        Assert.Empty(reader.Read().Problems);
        Assert.DoesNotContain(connection.Events.ToList(), e => e is NatsPermissionViolationEvent);
    }

    [Fact]
    public async Task A_user_who_may_not_subscribe_reads_by_asking_and_the_reader_says_so()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync(Viewer, "admin");
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync("deaf", opts => opts with { InboxPrefix = "_INBOX_VIEW" }));
        ClusterStory story = Story(out _, 2);
        await rig.Publisher.PublishAsync(story.Records, Token);
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count && content.Problems.Count == 2);
        Assert.StartsWith("New messages of EARSHOT_JOURNAL are read every 5 s only, because earshot.live.j.> cannot be subscribed to", content.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_stream_is_named_and_is_read_when_it_was_created()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync(withStreams: false);
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync());
        FleetStreamContent none = reader.Read();
        Assert.Equal([false, false], none.Streams.Select(stream => stream.Exists));
        Assert.Equal("The stream EARSHOT_JOURNAL does not exist, so this half is missing. earshot fleet init creates it.", none.Problems[0]);
        await rig.Publisher.CreateAsync(Token);
        ClusterStory story = Story(out _, 1);
        await rig.Publisher.PublishAsync(story.Records, Token);
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count && content.Problems.Count == 0);
        Assert.All(content.Streams, stream => Assert.True(stream.Exists));
    }

    [Fact]
    public async Task A_stream_that_was_created_again_is_read_from_its_beginning()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync();
        FleetStreamReader reader = await rig.ReadAsync(await rig.ConnectAsync());
        ClusterStory story = Story(out _, 3);
        await rig.Publisher.PublishAsync(story.Records, Token);
        await StreamReaderRig.UntilAsync(reader, content => content.Records.Count == story.Records.Count);
        await rig.Publisher.Context.DeleteStreamAsync(StreamPublisher.ServersStream, Token);
        await rig.Publisher.CreateAsync(StreamPublisher.ServersStream, "s", Token);
        var only = new ServerRecord { Kind = ServerRecordKind.Seen, At = story.Now, Server = new ServerIdentity("NEW") };
        await rig.Publisher.PublishAsync([only], Token);
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.OfType<ServerRecord>().SequenceEqual([only]));
        Assert.Equal(story.Records.OfType<JournalRecord>().Count(), content.Records.OfType<JournalRecord>().Count());
    }

    [Fact]
    public async Task A_server_without_JetStream_or_without_batches_is_a_problem_and_no_exception()
    {
        await using NatsServerProcess plain = await NatsServerProcess.StartAsync(new NatsServerSetup(), Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = plain.Url, RequestTimeout = TimeSpan.FromSeconds(1) });
        await connection.ConnectAsync(Token);
        FleetStreamContent content = await FleetStreamReader.ReadAsync(connection, cancellationToken: Token);
        Assert.All(content.Problems, problem => Assert.StartsWith("The stream EARSHOT_", problem, StringComparison.Ordinal));
        Assert.Equal(2, content.Problems.Count);
        await using NatsServerProcess old = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true, Binary = await NatsServerLocator.Oldest }, Token);
        await using var second = new NatsConnection(new NatsOpts { Url = old.Url });
        await second.ConnectAsync(Token);
        var publisher = new StreamPublisher(second);
        await publisher.Context.CreateStreamAsync(new StreamConfig("EARSHOT_SERVERS", ["earshot.v1.s.>"]) { AllowDirect = true }, Token);
        await publisher.PublishAsync([new ServerRecord { Kind = ServerRecordKind.Seen, At = DateTimeOffset.UnixEpoch.AddYears(50), Server = new ServerIdentity("N1") }], Token);
        string problem = (await FleetStreamReader.ReadAsync(second, cancellationToken: Token)).Streams[1].Problem!;
        Assert.StartsWith("The stream EARSHOT_SERVERS cannot be read: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_out_of_their_ranges_are_refused()
    {
        await using var connection = new NatsConnection(new NatsOpts());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FleetStreamReader.ReadAsync(connection, new FleetReaderOptions { Window = TimeSpan.Zero }, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FleetStreamReader.StartAsync(connection, new FleetReaderOptions { MaxRecords = 0 }, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(() => FleetStreamReader.StartAsync(null!, cancellationToken: Token));
    }

    private static ClusterStory Story(out StoryClient[] clients, int count)
    {
        var story = new ClusterStory();
        StoryServer server = story.Start("n1");
        clients = [.. Enumerable.Range(0, count).Select(i => new StoryClient($"c{i}"))];
        foreach (StoryClient client in clients)
        {
            story.Connect(client, server);
        }

        story.Pass(60);
        return story;
    }

    private static void Lose(ClusterStory story, StoryClient[] clients)
    {
        story.Of(clients[0].Server!, ServerRecordKind.Shutdown);
        Array.ForEach(clients, client => story.Lost(client, NatsDisconnectReason.ServerClosed));
    }

    // As records of streams: service and instance come from the subject.
    private static void AssertSame(IEnumerable<FleetRecord> expected, IEnumerable<FleetRecord> read) => Assert.Equal(
        expected.Select(Normal).Select(record => record.ToString()).Order(StringComparer.Ordinal),
        read.Select(record => record.ToString()).Order(StringComparer.Ordinal));

    private static FleetRecord Normal(FleetRecord record) =>
        record is JournalRecord journal ? journal with { Connection = journal.Connection with { Service = "orders-api", Instance = "i1" } } : record;
}
