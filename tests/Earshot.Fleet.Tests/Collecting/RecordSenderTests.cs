using Earshot.Fleet.Collecting;
using Earshot.JetStream;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>What is sent again, and what is not, on a real server.</summary>
public sealed class RecordSenderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_that_was_held_longer_than_the_duplicate_window_is_not_sent_when_the_stream_has_it()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await FleetStreams.CreateAsync(context, cancellationToken: Token);
        INatsSub<byte[]> sent = await connection.SubscribeCoreAsync("earshot.v1.s.>", serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
        var parts = new CollectorParts(connection, context, new FleetCollectorOptions(), new RecordOutbox(1_000_000));
        var sender = new RecordSender(parts, new StoredRecords(context));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await SendAsync(1, now);
        await SendAsync(1, now.AddMinutes(-5));
        await SendAsync(2, now.AddMinutes(-5));
        Assert.Equal((2, 1, 0), (parts.Counts.Values.Stored, parts.Counts.Values.Duplicates, parts.Outbox.Count));
        Assert.Equal(2, (await context.GetStreamAsync(FleetStreams.ServersName, cancellationToken: Token)).Info.State.Messages);
        await connection.FlushAsync(Token);
        Assert.Equal(2, sent.Msgs.Count);

        async Task SendAsync(ulong client, DateTimeOffset since)
        {
            var record = new ServerRecord { Kind = ServerRecordKind.Connect, At = now, Server = new ServerIdentity("ID"), Client = new ServerClient(client) };
            parts.Outbox.Add(new HeldRecord(record, $"id{client}", since));
            await sender.FlushAsync(Token);
        }
    }

    [Fact]
    public async Task Silence_and_return_of_a_server_are_stored_once_however_many_collectors_report_them()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await FleetStreams.CreateAsync(context, cancellationToken: Token);
        CollectorParts[] collectors = [.. Enumerable.Range(0, 2).Select(_ => new CollectorParts(connection, context, new FleetCollectorOptions(), new RecordOutbox(1_000_000)))];
        RecordSender[] senders = [.. collectors.Select(parts => new RecordSender(parts, new StoredRecords(context)))];
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        ServerRecordKind[] story = [ServerRecordKind.Back, ServerRecordKind.Silent, ServerRecordKind.Silent, ServerRecordKind.Back, ServerRecordKind.Back, ServerRecordKind.Silent];
        foreach (ServerRecordKind kind in story)
        {
            for (int i = 0; i < collectors.Length; i++)
            {
                collectors[i].Hold(new ServerRecord { Kind = kind, At = now.AddMilliseconds(i), Server = new ServerIdentity("ID") }, $"own:{i}");
                await senders[i].FlushAsync(Token);
            }
        }

        IReadOnlyList<string> stored = await StoredTexts.ReadAsync(context, FleetStreams.ServersName, Token);
        Assert.Equal(["Silent", "Back", "Silent"], stored.Select(text => text.Split("\"kind\":\"")[1].Split('"')[0]));
    }

    [Fact]
    public async Task Silence_and_return_that_were_held_together_are_both_stored_in_their_order()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await FleetStreams.CreateAsync(context, cancellationToken: Token);
        var parts = new CollectorParts(connection, context, new FleetCollectorOptions(), new RecordOutbox(1_000_000));
        ServerRecordKind[] story = [ServerRecordKind.Silent, ServerRecordKind.Back, ServerRecordKind.Silent, ServerRecordKind.Back];
        foreach (string id in new[] { "A", "B" })
        {
            Assert.All(story, kind => parts.Hold(new ServerRecord { Kind = kind, At = TimeProvider.System.GetUtcNow(), Server = new ServerIdentity(id) }, "own"));
        }

        await new RecordSender(parts, new StoredRecords(context)).FlushAsync(Token);
        IReadOnlyList<string> stored = await StoredTexts.ReadAsync(context, FleetStreams.ServersName, Token);
        Assert.All(["A", "B"], id => Assert.Equal(story, stored.Where(text => text.Contains($"\"id\":\"{id}\"", StringComparison.Ordinal)).Select(text => Enum.Parse<ServerRecordKind>(text.Split("\"kind\":\"")[1].Split('"')[0]))));
    }

    [Fact]
    public async Task End_of_the_time_while_the_stream_is_read_ends_the_flush_and_keeps_the_record()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions(), Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await using INatsSub<byte[]> frozen = await connection.SubscribeCoreAsync<byte[]>("$JS.API.DIRECT.GET.>", cancellationToken: Token); // a replica that does not answer
        await frozen.ConfirmAsync(Token);
        INatsJSContext context = connection.CreateJetStreamContext();
        var parts = new CollectorParts(connection, context, new FleetCollectorOptions(), new RecordOutbox(1_000_000));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        parts.Outbox.Add(new HeldRecord(new ServerRecord { Kind = ServerRecordKind.Connect, At = now, Server = new ServerIdentity("ID"), Client = new ServerClient(1) }, "id1", now.AddMinutes(-5)));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task flush = new RecordSender(parts, new StoredRecords(context)).FlushAsync(limit.Token);
        await frozen.Msgs.ReadAsync(Token);
        await limit.CancelAsync();
        await flush.WaitAsync(FleetCluster.Limit, Token);
        Assert.Equal(1, parts.Outbox.Count);
    }

    [Fact]
    public async Task Record_whose_subject_is_not_valid_is_dropped_and_blocks_no_other()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig(FleetStreams.ServersName, ["earshot.v1.s.>"]) { Storage = StreamConfigStorage.Memory }, Token);
        var parts = new CollectorParts(connection, context, new FleetCollectorOptions(), new RecordOutbox(1_000_000));
        foreach (string id in new[] { "A B", "A" })
        {
            parts.Hold(new ServerRecord { Kind = ServerRecordKind.Connect, At = TimeProvider.System.GetUtcNow(), Server = new ServerIdentity(id), Client = new ServerClient(1) }, id);
        }

        await new RecordSender(parts, new StoredRecords(context)).FlushAsync(Token).WaitAsync(FleetCluster.Limit, Token);
        Assert.Equal((1, 1, 0), ((int)parts.Counts.Values.Stored, (int)parts.Outbox.Dropped, parts.Outbox.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_the_end_what_is_held_is_sent_again_until_it_is_stored_or_the_time_is_over(bool hasStream)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        await using INatsSub<byte[]> attempts = await connection.SubscribeCoreAsync<byte[]>("earshot.v1.s.>", cancellationToken: Token);
        await connection.FlushAsync(Token);
        var parts = new CollectorParts(connection, context, new FleetCollectorOptions(), new RecordOutbox(1_000_000));
        parts.Hold(new ServerRecord { Kind = ServerRecordKind.Connect, At = TimeProvider.System.GetUtcNow(), Server = new ServerIdentity("ID"), Client = new ServerClient(1) }, "id1");

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task flush = new RecordSender(parts, new StoredRecords(context)).FlushAsync(limit.Token);
        await attempts.Msgs.ReadAsync(Token); // by a subscriber that does not answer: there is no stream
        if (hasStream)
        {
            await FleetStreams.CreateAsync(context, cancellationToken: Token);
        }
        else
        {
            await limit.CancelAsync();
        }

        await flush.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(hasStream ? (1, 0) : (0, 1), ((int)parts.Counts.Values.Stored, parts.Outbox.Count));
    }
}
