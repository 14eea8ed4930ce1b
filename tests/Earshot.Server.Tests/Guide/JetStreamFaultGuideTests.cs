using Earshot.JetStream;
using Earshot.KeyValueStore;
using Earshot.ObjectStore;
using Xunit;

namespace Earshot.Server.Tests.Guide;

/// <summary>The chapters on key-value stores, object stores and faults of the guide.</summary>
public sealed class JetStreamFaultGuideTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, TranscriptCapacity = 500 }, _limit.Token);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(10), ReconnectWaitMax = TimeSpan.FromMilliseconds(50) });
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Write_to_a_bucket_waits_for_an_election()
    {
        (NatsTestServer server, NatsConnection connection, CancellationToken ct) = (_server, _connection, _limit.Token);
        // snippet: js-bucket-write
        INatsKVStore settings = await connection.CreateKeyValueStoreContext().CreateStoreAsync("settings", ct);
        ulong revision = await settings.CreateAsync("limit", "10", cancellationToken: ct);
        server.JetStream.Faults.ChangeLeader("KV_settings", TimeSpan.FromMilliseconds(100)); // the bucket has no leader meanwhile
        await settings.UpdateAsync("limit", "20", revision, cancellationToken: ct);          // repeated until it has one
        await Assert.ThrowsAsync<NatsKVWrongLastRevisionException>(
            async () => await settings.UpdateAsync("limit", "30", revision, cancellationToken: ct)); // your conflict here
        Assert.Equal("20", server.JetStream.FindStream("KV_settings")!.Messages[^1].Text);
        // end snippet
    }

    [Fact]
    public async Task Upload_to_a_full_store_leaves_nothing()
    {
        (NatsTestServer server, NatsConnection connection, CancellationToken ct) = (_server, _connection, _limit.Token);
        // snippet: js-object-full
        INatsObjStore reports = await connection.CreateObjectStoreContext().CreateObjectStoreAsync("reports", ct);
        server.JetStream.Faults.Fill("OBJ_reports"); // as a store without room
        await Assert.ThrowsAnyAsync<NatsException>(async () => await reports.PutAsync("2026", new byte[300_000], ct));
        server.JetStream.Faults.Restore("OBJ_reports");
        await reports.PutAsync("2026", new byte[300_000], ct);
        Assert.Equal(4, server.JetStream.FindStream("OBJ_reports")!.Messages.Count); // three chunks and their information
        // end snippet
    }

    [Fact]
    public async Task Download_continues_after_a_lost_connection()
    {
        (NatsTestServer server, NatsConnection connection, CancellationToken ct) = (_server, _connection, _limit.Token);
        INatsObjStore reports = await connection.CreateObjectStoreContext().CreateObjectStoreAsync("reports", ct);
        byte[] report = [.. Enumerable.Range(0, 2_000_000).Select(number => (byte)(number * 31))];
        await reports.PutAsync("2026", report, ct);
        // snippet: js-object-drop
        using var copy = new MemoryStream();
        var opts = new NatsObjGetOpts { Progress = new FirstReport(() => server.Faults.Drop(NatsTestServerDrop.Reset)) }; // after the first bytes
        await reports.GetAsync("2026", copy, opts, leaveOpen: true, cancellationToken: ct);
        Assert.Equal(report, copy.ToArray()); // each chunk once, and the digest was compared
        // end snippet
        Assert.Contains(connection.Events.ToList(), e => e is NatsReconnectedEvent);
    }

    [Fact]
    public async Task Transcript_has_the_story_in_words()
    {
        (NatsTestServer server, NatsConnection connection, CancellationToken ct) = (_server, _connection, _limit.Token);
        INatsJSContext jetStream = connection.CreateJetStreamContext();
        await jetStream.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), ct);
        INatsJSConsumer consumer = await jetStream.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), ct);
        await jetStream.PublishAsync("orders.1", "paid", cancellationToken: ct);
        // snippet: js-words
        INatsJSMsg<string>? order = await consumer.NextAsync<string>(cancellationToken: ct);
        await order!.AckAsync(cancellationToken: ct);
        await server.JetStream.WaitForAckAsync("ORDERS", "worker", 1, ct);
        Assert.Contains("J: pull 1 of ORDERS/worker", server.Transcript, StringComparison.Ordinal);
        Assert.Contains("J: ack 1 of ORDERS/worker", server.Transcript, StringComparison.Ordinal);
        // end snippet
    }

    /// <summary>Acts at the first report of progress.</summary>
    private sealed class FirstReport(Action act) : IProgress<NatsObjProgress>
    {
        private int _reports;

        public void Report(NatsObjProgress value)
        {
            if (Interlocked.Increment(ref _reports) == 1)
            {
                act();
            }
        }
    }
}
