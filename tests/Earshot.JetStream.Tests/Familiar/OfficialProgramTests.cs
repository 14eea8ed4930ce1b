using System.Text.Json.Serialization;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Familiar;

/// <summary>
/// Programs in the shape in which users of the official client write them (named arguments, no tokens): they compile with other
/// <c>using</c> lines and do the same.
/// </summary>
[BothServers]
public sealed class OfficialProgramTests(JetStreamServers servers)
{
    [Fact]
    public async Task First_program_publishes_and_consumes()
    {
        ITestServer server = await servers.Newest;
        string name = $"T{Nuid.NewNuid()}";
        await using var nc = new NatsClient(url: server.Url);
        INatsJSContext js = nc.CreateJetStreamContext();
        await js.CreateStreamAsync(new StreamConfig(name: name, subjects: [$"{name}.>"]));
        for (int i = 0; i < 10; i++)
        {
            PubAckResponse ack = await js.PublishAsync(subject: $"{name}.new.{i}", data: new Order { OrderId = i });
            ack.EnsureSuccess();
        }

        INatsJSConsumer consumer = await js.CreateOrUpdateConsumerAsync(stream: name, new ConsumerConfig("order_processor"));
        var seen = new List<int>();
        await foreach (INatsJSMsg<Order> msg in consumer.ConsumeAsync<Order>())
        {
            seen.Add(msg.Data!.OrderId);
            await msg.AckAsync();
            if (seen.Count == 10)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 10), seen);
    }

    [Fact]
    public async Task Loop_around_consume_refreshes_the_consumer_and_catches_what_can_end_it()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await rig.Context.CreateOrUpdateConsumerAsync(rig.Name, new ConsumerConfig("worker"));
        await rig.Context.PublishAsync(subject: $"{rig.Name}.a", data: "one");
        using var cts = new CancellationTokenSource();
        var caught = new List<string>();
        int rounds = 0;
        while (!cts.Token.IsCancellationRequested && rounds++ < 3)
        {
            try
            {
                await consumer.RefreshAsync(cts.Token);
                await foreach (INatsJSMsg<string> msg in consumer.ConsumeAsync<string>(cancellationToken: cts.Token))
                {
                    await msg.AckAsync(cancellationToken: cts.Token);
                    await rig.Context.DeleteConsumerAsync(rig.Name, "worker", cts.Token);
                }
            }
            catch (NatsJSProtocolException e)
            {
                caught.Add($"protocol: {e.Message}");
            }
            catch (NatsJSException e)
            {
                caught.Add(e.GetType().Name);
                await cts.CancelAsync();
            }
        }

        Assert.Equal(2, caught.Count);
        Assert.Contains("was deleted", caught[0], StringComparison.Ordinal);
        Assert.Equal(nameof(NatsJSConsumerNotFoundException), caught[1]);
    }

    [Fact]
    public async Task Fetch_next_and_no_wait_read_batches()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        for (int i = 0; i < 6; i++)
        {
            (await rig.Context.PublishAsync(subject: $"{rig.Name}.a", data: i)).EnsureSuccess();
        }

        INatsJSConsumer consumer = await stream.CreateOrUpdateConsumerAsync(new ConsumerConfig { DurableName = "batches", AckPolicy = ConsumerConfigAckPolicy.Explicit });
        var read = new List<int>();
        await foreach (INatsJSMsg<int> msg in consumer.FetchAsync<int>(opts: new NatsJSFetchOpts { MaxMsgs = 3, Expires = TimeSpan.FromSeconds(5) }))
        {
            read.Add(msg.Data);
            await msg.AckAsync();
        }

        await foreach (INatsJSMsg<int> msg in consumer.FetchNoWaitAsync<int>(opts: new NatsJSFetchOpts { MaxMsgs = 2 }))
        {
            read.Add(msg.Data);
            await msg.AckAsync();
        }

        INatsJSMsg<int>? next = await consumer.NextAsync<int>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(5) });
        if (next is { } last)
        {
            read.Add(last.Data);
            await last.AckAsync();
        }

        Assert.Equal([0, 1, 2, 3, 4, 5], read);
        Assert.Null(await consumer.NextAsync<int>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(200) }));
    }

    [Fact]
    public async Task Ordered_consumer_of_a_stream_reads_it_from_the_beginning()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        for (int i = 0; i < 5; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", i);
        }

        INatsJSConsumer ordered = await rig.Context.CreateOrderedConsumerAsync(rig.Name);
        using var cts = new CancellationTokenSource();
        var read = new List<ulong>();
        await foreach (INatsJSMsg<int> msg in ordered.ConsumeAsync<int>(cancellationToken: cts.Token))
        {
            read.Add(msg.Metadata!.Value.Sequence.Stream);
            if (read.Count == 5)
            {
                await cts.CancelAsync();
            }
        }

        Assert.Equal([1UL, 2, 3, 4, 5], read);
    }

    [Fact]
    public async Task Concurrent_publishes_are_futures_and_a_duplicate_is_an_exception_of_EnsureSuccess()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var futures = new NatsJSPublishConcurrentFuture[10];
        for (int i = 0; i < futures.Length; i++)
        {
            futures[i] = await rig.Context.PublishConcurrentAsync($"{rig.Name}.a", i, opts: new NatsJSPubOpts { MsgId = $"{i / 2}" });
        }

        int duplicates = 0;
        foreach (NatsJSPublishConcurrentFuture future in futures)
        {
            await using (future)
            {
                PubAckResponse ack = await future.GetResponseAsync();
                try
                {
                    ack.EnsureSuccess();
                }
                catch (NatsJSDuplicateMessageException e)
                {
                    Assert.InRange(e.Sequence, 1UL, 5UL);
                    duplicates++;
                }
            }
        }

        Assert.Equal(5, duplicates);
    }

    [Fact]
    public async Task Streams_and_consumers_are_listed_changed_and_deleted()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        var js = new NatsJSContext(rig.Connection, new NatsJSOpts(rig.Connection.Opts));
        INatsJSStream stream = await js.CreateStreamAsync(new StreamConfig { Name = rig.Name, Subjects = [$"{rig.Name}.>"], MaxAge = TimeSpan.FromHours(1), Storage = StreamConfigStorage.Memory });
        await stream.UpdateAsync(stream.Info.Config with { Description = "changed" });
        await stream.RefreshAsync();
        Assert.Equal("changed", stream.Info.Config.Description);
        await stream.CreateOrUpdateConsumerAsync(new ConsumerConfig("one"));
        var consumers = new List<string?>();
        await foreach (INatsJSConsumer consumer in stream.ListConsumersAsync())
        {
            consumers.Add(consumer.Info.Name);
        }

        Assert.Equal(["one"], consumers);
        await js.PublishAsync($"{rig.Name}.a", "x");
        Assert.Equal(1, (long)(await js.PurgeStreamAsync(rig.Name, new StreamPurgeRequest())).Purged);
        Assert.True(await js.DeleteConsumerAsync(rig.Name, "one"));
        Assert.True(await stream.DeleteAsync());
        NatsJSApiException missing = await Assert.ThrowsAnyAsync<NatsJSApiException>(async () => await js.GetStreamAsync(rig.Name));
        Assert.Equal(404, missing.Error.Code);
    }

    [Fact]
    public async Task Notification_handler_and_serializer_context_are_given_by_option()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var serializer = new NatsJsonContextSerializer<Order>(OrderContext.Default);
        await rig.Context.PublishAsync($"{rig.Name}.a", new Order { OrderId = 7 }, serializer: serializer);
        INatsJSConsumer consumer = await rig.Context.CreateOrUpdateConsumerAsync(rig.Name, new ConsumerConfig("worker"));
        var told = new TaskCompletionSource<INatsJSNotification>(TaskCreationOptions.RunContinuationsAsynchronously);
        var opts = new NatsJSConsumeOpts
        {
            MaxMsgs = 10,
            NotificationHandler = (notification, _) =>
            {
                told.TrySetResult(notification);
                return Task.CompletedTask;
            },
        };
        await Assert.ThrowsAnyAsync<NatsJSException>(async () =>
        {
            await foreach (INatsJSMsg<Order> msg in consumer.ConsumeAsync(serializer: serializer, opts: opts))
            {
                Assert.Equal(7, msg.Data!.OrderId);
                await msg.AckAsync(opts: new AckOpts { DoubleAck = true });
                await rig.Context.DeleteConsumerAsync(rig.Name, "worker");
            }
        });
        NatsJSProtocolNotification deleted = Assert.IsType<NatsJSProtocolNotification>(await told.Task.WaitAsync(rig.Cancel));
        Assert.Equal((409, "Consumer Deleted"), (deleted.HeaderCode, deleted.HeaderMessageText));
    }
}

/// <summary>What the programs send.</summary>
public sealed record Order
{
    /// <summary>Its number.</summary>
    [JsonPropertyName("order_id")]
    public int OrderId { get; init; }
}

/// <summary>The metadata of the programs' messages.</summary>
[JsonSerializable(typeof(Order))]
public sealed partial class OrderContext : JsonSerializerContext;
