using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Reads during restarts and deletions, and with servers that do not respond.</summary>
[BothServers]
public sealed class OutageTests
{
    private static readonly NatsOpts s_quick = new()
    {
        ReconnectWaitMin = TimeSpan.FromMilliseconds(20),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(100),
    };

    private static readonly NatsJSConsumeOpts s_shortHeartbeat = new() { Expires = TimeSpan.FromSeconds(4), IdleHeartbeat = TimeSpan.FromMilliseconds(500) };

    // The next expiry and the next heartbeat come after the time limit of the test.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_continues_after_a_restart_of_its_server(bool isKilled)
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await FileRigAsync(server);
        await rig.StoreAsync(10);
        var opts = new NatsJSConsumeOpts { Expires = TimeSpan.FromMinutes(5), IdleHeartbeat = TimeSpan.FromMinutes(2.5) };
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: opts, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 10), await TakeAsync(messages, 10, rig.Cancel));
        await (isKilled ? server.KillAsync(rig.Cancel) : server.StopAsync(rig.Cancel));
        await server.StartServerAsync(rig.Cancel);
        await rig.Rig.Connection.Events.WhenAsync<NatsReconnectedEvent>(0, rig.Cancel);
        await rig.StoreAsync(1, 10);

        int next;
        do
        {
            next = (await TakeAsync(messages, 1, rig.Cancel))[0]; // a killed server may repeat deliveries
        }
        while (next < 10);

        Assert.Equal(10, next);
        Assert.Equal(2, consume.Counts.Inboxes);
    }

    [Fact]
    public async Task Deleted_consumer_delivers_its_buffer_first()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await FileRigAsync(server);
        await rig.StoreAsync(5);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 5);
        await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);
        List<string> read = [];
        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(async () =>
        {
            await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
            {
                read.Add(msg.Data!);
            }
        });

        Assert.Equal(["0", "1", "2", "3", "4"], read);
        Assert.Equal((LostReason.ConsumerDeleted, 409, NatsJSConsumeState.Lost), (e.Reason, e.HeaderCode, consume.State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deletion_of_a_stream_or_consumer_without_a_waiting_request_is_detected_by_the_next_one(bool isStream)
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await FileRigAsync(server);
        if (isStream)
        {
            await rig.Rig.Context.DeleteStreamAsync(rig.Rig.Name, rig.Cancel);
        }
        else
        {
            await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);
        }

        NatsJSConsumerLostException consumed = await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => rig.ReadAsync(1));
        NatsJSConsumerLostException next = await Assert.ThrowsAsync<NatsJSConsumerLostException>(async () => await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel));
        LostReason expected = isStream ? LostReason.StreamDeleted : LostReason.ConsumerDeleted;
        Assert.Equal((expected, expected), (consumed.Reason, next.Reason));
    }

    [Fact]
    public async Task Frozen_server_is_detected_by_missing_heartbeats_and_the_read_continues()
    {
        await using var time = new HeldTime(); // no heartbeat is late before the server is frozen
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await FileRigAsync(server, time);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: s_shortHeartbeat, cancellationToken: rig.Cancel);
        using IDisposable end = time.PassesAtTheEnd();
        await rig.WhenAsync(info => info.NumWaiting == 1);
        server.Freeze();
        try
        {
            await time.PassUntilAsync(() => consume.State == NatsJSConsumeState.Stalled, rig.Cancel);
        }
        finally
        {
            server.Thaw();
        }

        await rig.StoreAsync(1);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);

        Assert.Equal([0], await TakeAsync(messages, 1, rig.Cancel));
        Assert.Equal(NatsJSConsumeState.Flowing, consume.State);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Store_that_was_put_back_is_reported_with_the_first_delivery_behind_it()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await FileRigAsync(server);
        await rig.StoreAsync(5);
        (string store, string kept) = (Path.Combine(server.Process.Folder, "js"), Path.Combine(server.Process.Folder, "kept"));
        await server.StopAsync(rig.Cancel);
        Copy(store, kept);
        await server.StartServerAsync(rig.Cancel);
        await rig.Rig.Connection.PingAsync(rig.Cancel);
        await rig.StoreAsync(5, 5);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 10), await TakeAsync(messages, 10, rig.Cancel));

        Task<NatsStreamRegressionEvent> told = rig.Rig.Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, rig.Cancel);
        await server.StopAsync(rig.Cancel);
        Directory.Delete(store, recursive: true);
        Copy(kept, store);
        await server.StartServerAsync(rig.Cancel);
        Assert.Equal(Enumerable.Range(0, 5), await TakeAsync(messages, 5, rig.Cancel)); // the consumer was put back as well
        NatsStreamRegressionEvent regression = await told;

        Assert.Equal((rig.Rig.Name, 11UL, 5UL, RegressionEvidence.StreamInfo), (regression.Stream, regression.Expected, regression.Found, regression.Evidence));
        Assert.Single(rig.Rig.Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Failed_connection_ends_every_loop()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        ConsumeRig rig = await FileRigAsync(server);
        await rig.StoreAsync(2);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 2);
        INatsJSConsumer other = await rig.Rig.Context.CreateOrUpdateConsumerAsync(
            rig.Rig.Name, new ConsumerConfig("other") { DeliverPolicy = ConsumerConfigDeliverPolicy.New }, rig.Cancel);
        Task<INatsJSMsg<string>?> next = other.NextAsync<string>(cancellationToken: rig.Cancel).AsTask();
        Task<bool> fetch = other.FetchAsync<string>(new NatsJSFetchOpts(), cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel).MoveNextAsync().AsTask();
        await rig.Rig.Connection.DisposeAsync();
        int read = 0;
        await Assert.ThrowsAnyAsync<NatsException>(async () =>
        {
            await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
            {
                read++;
            }
        });

        await Assert.ThrowsAnyAsync<NatsException>(() => next);
        await Assert.ThrowsAnyAsync<NatsException>(() => fetch);
        Assert.Equal(2, read);
        await rig.DisposeAsync();
    }

    [Fact]
    public async Task Drain_of_the_connection_waits_for_handlers_and_their_acks()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await FileRigAsync(server);
        await rig.StoreAsync(200);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        int read = 0;
        Task draining = Task.CompletedTask;
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            if (read++ == 0)
            {
                draining = rig.Rig.Connection.DrainAsync(rig.Cancel).AsTask();
                await Until(() => consume.State == NatsJSConsumeState.Ended, rig.Cancel); // no more messages arrive, and the handler is still running
                Assert.False(draining.IsCompleted);
            }

            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        await draining;
        await using JetStreamRig check = await JetStreamRig.ConnectAsync(server);
        ConsumerInfo info = await check.WhenAsync(rig.Rig.Name, "worker", info => info.AckFloor.ConsumerSeq == (ulong)read);

        Assert.Equal((0, (ulong)read), (info.NumAckPending, info.Delivered.ConsumerSeq));
    }

    private static Task<ConsumeRig> FileRigAsync(ITestServer server, TimeProvider? time = null) => ConsumeRig.StartAsync(
        server,
        stream: config => config with { Storage = StreamConfigStorage.File },
        opts: s_quick with { TimeProvider = time ?? TimeProvider.System, PingInterval = TimeSpan.FromHours(1) });

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<List<int>> TakeAsync(IAsyncEnumerator<INatsJSMsg<string>> messages, int count, CancellationToken cancellationToken)
    {
        List<int> read = [];
        while (read.Count < count && await messages.MoveNextAsync())
        {
            read.Add(int.Parse(messages.Current.Data!, null));
            await messages.Current.AckAsync(cancellationToken: cancellationToken);
        }

        return read;
    }

    private static async Task Until(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (!condition())
        {
            await again.WaitForNextTickAsync(cancellationToken);
        }
    }
}
