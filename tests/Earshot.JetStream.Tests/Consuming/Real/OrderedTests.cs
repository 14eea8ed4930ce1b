using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Ordered consumers with a real server.</summary>
[BothServers]
public sealed class OrderedTests(JetStreamServers servers)
{
    private static readonly NatsOpts s_quick = new() { ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task Every_message_is_delivered_once_in_stream_order()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(2500);
        Assert.Equal(Enumerable.Range(0, 2500).Select(i => (ulong)i + 1), (await ReadAsync(await OrderedAsync(rig), 2500, rig.Cancel)).Select(msg => msg.Stream));
        await GoneAsync(rig);
    }

    [Fact]
    public async Task Second_enumeration_of_an_ordered_fetch_starts_again()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(2);
        IAsyncEnumerable<INatsJSMsg<string>> messages = (await OrderedAsync(rig)).FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: rig.Cancel);
        Assert.Equal(2, await messages.CountAsync(rig.Cancel));
        Assert.Equal(2, await messages.CountAsync(rig.Cancel));
    }

    [Fact]
    public async Task Consumer_deleted_on_the_server_is_recreated_at_its_position()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(5);
        INatsJSConsumer ordered = await OrderedAsync(rig);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        await NumbersAsync(messages, 5);
        string name = await rig.Rig.Context.ListConsumerNamesAsync(rig.Rig.Name, rig.Cancel).FirstAsync(name => name != "worker", rig.Cancel);
        await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, name, rig.Cancel);
        await rig.StoreAsync(3, 5);

        Assert.Equal([5, 6, 7], await NumbersAsync(messages, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Storm_of_reconnects_leaves_one_consumer_per_reader(bool isIdle)
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, opts: s_quick);
        INatsJSConsumer ordered = await OrderedAsync(rig, new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.New });
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Task<List<int>> reading = NumbersAsync(messages, 20);
        await CountAsync(rig, 1);
        for (int i = 0; i < 20; i++)
        {
            await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel);
            if (!isIdle)
            {
                await rig.StoreAsync(1, i);
            }
        }

        await rig.StoreAsync(isIdle ? 20 : 0, 0);
        Assert.Equal(Enumerable.Range(0, 20), await reading);
        await CountAsync(rig, 1);
    }

    [Fact]
    public async Task Restart_of_the_server_causes_no_loss_and_no_duplicate()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ConsumeRig rig = await ConsumeRig.StartAsync(server, stream: config => config with { Storage = StreamConfigStorage.File }, opts: s_quick);
        await rig.StoreAsync(50);
        INatsJSConsumer ordered = await OrderedAsync(rig);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(
            opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        List<int> read = await NumbersAsync(messages, 7);
        await server.KillAsync(rig.Cancel);
        await server.StartServerAsync(rig.Cancel);
        read.AddRange(await NumbersAsync(messages, 43));

        Assert.Equal(Enumerable.Range(0, 50), read);
    }

    [Fact]
    public async Task Fetch_of_an_ordered_consumer_reads_one_batch()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(8);
        INatsJSConsumer ordered = await OrderedAsync(rig, new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 4 });
        List<string> read = [];
        await foreach (INatsJSMsg<string> msg in ordered.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 3 }, cancellationToken: rig.Cancel))
        {
            read.Add(msg.Data!);
        }

        Assert.Equal(["3", "4", "5"], read);
        Assert.Equal("3", (await ordered.NextAsync<string>(cancellationToken: rig.Cancel))?.Data);
        await GoneAsync(rig);
    }

    [Fact]
    public async Task Start_beyond_the_end_is_a_regression_not_silence()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, opts: s_quick);
        await rig.StoreAsync(4);
        INatsJSConsumer ordered = await OrderedAsync(rig, StartAt(8));
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Task<List<int>> reading = NumbersAsync(messages, 2);
        NatsStreamRegressionEvent told = await rig.Rig.Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, rig.Cancel);
        await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel); // with a consumer that waits, or before it does
        await rig.StoreAsync(5, 4);

        Assert.Equal([7, 8], await reading); // the sequences from 8
        Assert.Equal((7UL, 4UL, RegressionAction.None), (told.Expected, told.Found, told.Action));
        Assert.Single(rig.Rig.Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Recreating_never_updates()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, opts: s_quick);
        await rig.StoreAsync(2);
        await using JetStreamRig spy = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        await using INatsSub<string> requests = await spy.Connection.SubscribeCoreAsync<string>($"$JS.API.CONSUMER.CREATE.{rig.Rig.Name}.>", cancellationToken: rig.Cancel);
        await spy.Connection.PingAsync(rig.Cancel);
        INatsJSConsumer ordered = await OrderedAsync(rig);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.Equal([0, 1], await NumbersAsync(messages, 2));
        for (int i = 0; i < 3; i++)
        {
            await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel); // the consumer still exists
            await rig.StoreAsync(1, 2 + i);
            Assert.Equal([2 + i], await NumbersAsync(messages, 1));
        }

        List<NatsMsg<string>> sent = await requests.Msgs.ReadAllAsync(rig.Cancel).Take(4).ToListAsync(rig.Cancel);
        Assert.Equal(4, sent.Select(message => message.Subject).Distinct().Count()); // each has its own name
        Assert.All(sent, message => Assert.Contains("\"action\":\"create\"", message.Data, StringComparison.Ordinal));
        Assert.All(sent.Skip(1), message => Assert.Contains("\"deliver_policy\":\"by_start_sequence\"", message.Data, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_beyond_the_end_ends_a_read_that_must_not_continue_after_a_regression()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(4);
        INatsJSConsumer ordered = await OrderedAsync(rig, StartAt(8) with { RegressionPolicy = NatsJSRegressionPolicy.Fail });
        await Assert.ThrowsAsync<NatsJSStreamRegressionException>(async () => await NumbersAsync(ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel), 1));
        await GoneAsync(rig);
    }

    [Fact]
    public async Task Start_just_behind_the_end_waits_for_the_next_message()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(4);
        INatsJSConsumer ordered = await OrderedAsync(rig, StartAt(5) with { RegressionPolicy = NatsJSRegressionPolicy.Fail });
        await using INatsJSConsume<string> consume = await ordered.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.StoreAsync(1, 4);

        Assert.Equal([4], await NumbersAsync(consume.Msgs.GetAsyncEnumerator(rig.Cancel), 1));
        Assert.Empty(rig.Rig.Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Fact]
    public async Task Read_with_a_handle_continues_where_its_loop_was_left_and_ends_with_its_stop()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, opts: s_quick);
        await rig.StoreAsync(5);
        INatsJSConsumer ordered = await OrderedAsync(rig);
        INatsJSConsume<string> consume = await ordered.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 5); // before any enumeration
        Assert.Equal(NatsJSConsumeState.Flowing, consume.State);
        await using (IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel))
        {
            Assert.Equal([0, 1, 2], await NumbersAsync(messages, 3));
        }

        await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel);
        await rig.StoreAsync(2, 5);
        await using IAsyncEnumerator<INatsJSMsg<string>> rest = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.Equal([3, 4, 5, 6], await NumbersAsync(rest, 4));
        Task<bool> next = rest.MoveNextAsync().AsTask();
        await consume.StopAsync(rig.Cancel);

        Assert.False(await next.WaitAsync(rig.Cancel));
        Assert.Equal((NatsJSConsumeState.Ended, 2), (consume.State, consume.Counts.Inboxes));
        await GoneAsync(rig);
    }

    [Fact]
    public async Task Drained_read_with_a_handle_delivers_what_was_received()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(5);
        INatsJSConsumer ordered = await OrderedAsync(rig);
        INatsJSConsume<string> consume = await ordered.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 5);
        await consume.DrainAsync(rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);

        Assert.Equal([0, 1, 2, 3, 4], await NumbersAsync(messages, 6)); // ends by itself
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
        await GoneAsync(rig);
    }

    [Fact]
    public async Task Deleted_stream_ends_the_read()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1);
        INatsJSConsumer ordered = await OrderedAsync(rig);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        await NumbersAsync(messages, 1);
        await rig.Rig.Context.DeleteStreamAsync(rig.Rig.Name, rig.Cancel);

        NatsJSConsumerLostException e = await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => messages.MoveNextAsync().AsTask());
        Assert.Equal(LostReason.StreamDeleted, e.Reason);
    }

    [Fact]
    public async Task Direct_get_reads_by_sequence_by_subject_and_the_next_of_a_subject()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with { AllowDirect = true });
        foreach (string subject in new[] { "a", "b", "a" })
        {
            await rig.Connection.RequestAsync<string, string>($"{rig.Name}.{subject}", $"{subject}!", cancellationToken: rig.Cancel);
        }

        Assert.Equal("b!", (await stream.GetDirectAsync<string>(new StreamMsgGetRequest { Seq = 2 }, cancellationToken: rig.Cancel)).Data);
        Assert.Equal("3", (await stream.GetDirectAsync<string>(new StreamMsgGetRequest { LastBySubj = $"{rig.Name}.a" }, cancellationToken: rig.Cancel)).Headers!["Nats-Sequence"]);
        Assert.Equal("1", (await stream.GetDirectAsync<string>(new StreamMsgGetRequest { Seq = 1, NextBySubj = $"{rig.Name}.a" }, cancellationToken: rig.Cancel)).Headers!["Nats-Sequence"]);
        NatsJSApiException e = await Assert.ThrowsAsync<NatsJSApiException>(async () => await stream.GetDirectAsync<string>(new StreamMsgGetRequest { Seq = 9 }, cancellationToken: rig.Cancel));
        Assert.True(e.Is(NatsJSErrorCode.MessageNotFound));
    }

    [Fact]
    public async Task Direct_get_from_a_stream_that_does_not_allow_it_has_no_responders()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();

        await Assert.ThrowsAsync<NatsJSApiNoResponseException>(async () => await stream.GetDirectAsync<string>(new StreamMsgGetRequest { Seq = 1 }, cancellationToken: rig.Cancel));
    }

    private static ValueTask<INatsJSConsumer> OrderedAsync(ConsumeRig rig, NatsJSOrderedConsumerOpts? opts = null) =>
        rig.Rig.Context.CreateOrderedConsumerAsync(rig.Rig.Name, opts, rig.Cancel);

    private static async Task<List<NatsJSSequencePair>> ReadAsync(INatsJSConsumer consumer, int count, CancellationToken cancellationToken)
    {
        List<NatsJSSequencePair> read = [];
        await foreach (INatsJSMsg<string> msg in consumer.ConsumeAsync<string>(cancellationToken: cancellationToken))
        {
            read.Add(msg.Metadata!.Value.Sequence);
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }

    private static async Task<List<int>> NumbersAsync(IAsyncEnumerator<INatsJSMsg<string>> messages, int count)
    {
        List<int> read = [];
        while (read.Count < count && await messages.MoveNextAsync())
        {
            read.Add(int.Parse(messages.Current.Data!, null));
        }

        return read;
    }

    private static NatsJSOrderedConsumerOpts StartAt(ulong sequence) => new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = sequence };

    // Waits until this number of consumers is left in addition to the rig's own.
    private static async Task CountAsync(ConsumeRig rig, int count)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (await rig.Rig.Context.ListConsumerNamesAsync(rig.Rig.Name, rig.Cancel).CountAsync(rig.Cancel) != count + 1)
        {
            await again.WaitForNextTickAsync(rig.Cancel);
        }
    }

    private static Task GoneAsync(ConsumeRig rig) => CountAsync(rig, 0);
}
