using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The allocations of a delivered message, as counted by the runtime for the whole process.</summary>
[Collection(nameof(DeliveryAllocationTests))]
[CollectionDefinition(nameof(DeliveryAllocationTests), DisableParallelization = true)]
[OnlyReal(Because.ItCountsAllocations)]
public sealed class DeliveryAllocationTests(JetStreamServers servers)
{
    private const int Messages = 20_000;
    private const int Window = 2000;

    [Fact]
    public async Task Message_with_a_pooled_payload_and_its_ack_allocates_at_most_112_bytes() =>
        Assert.InRange(await BytesPerMessageAsync<NatsMemoryOwner<byte>>(static owner => owner.Dispose()), 1, 112);

    // 80 for the message and 152 for its array; waking a reader costs another 40, which all messages of a batch share.
    [Fact]
    public async Task Message_with_an_array_and_its_ack_allocates_at_most_240_bytes() =>
        Assert.InRange(await BytesPerMessageAsync<byte[]>(static _ => { }), 1, 240);

    [Fact]
    public async Task Message_of_a_push_consumer_and_its_ack_allocate_at_most_112_bytes()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await StoreAsync(rig, Messages);
        INatsJSPushConsumer push = await rig.Rig.Context.CreatePushConsumerAsync(
            rig.Rig.Name, new NatsJSPushConsumerOpts { DurableName = "push", MaxAckPending = Messages }, rig.Cancel);
        await using INatsJSConsume<NatsMemoryOwner<byte>> consume = await push.StartConsumeAsync<NatsMemoryOwner<byte>>(cancellationToken: rig.Cancel);
        Assert.InRange(await BytesPerMessageAsync(rig, consume, static owner => owner.Dispose()), 1, 112);
    }

    [Fact]
    public async Task Message_with_a_handler_and_its_ack_allocate_at_most_112_bytes()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.MaxAckPending = Messages);
        await StoreAsync(rig, Messages);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        var windows = new Windows();
        NatsJSRunResult result = await rig.Consumer.RunAsync<NatsMemoryOwner<byte>>(
            (msg, _) =>
            {
                msg.Data.Dispose();
                if (windows.Count() == Messages)
                {
                    stop.Cancel();
                }

                return Task.CompletedTask;
            },
            new NatsJSRunOpts { Consume = new NatsJSConsumeOpts { MaxMsgs = Messages } },
            cancellationToken: stop.Token);

        Assert.Equal(Messages, result.Succeeded);
        Assert.InRange(windows.Least, 1, 112);
    }

    [Fact]
    public async Task Confirmed_ack_allocates_no_message()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.MaxAckPending = 4000);
        await StoreAsync(rig, 4000);
        await using INatsJSConsume<NatsMemoryOwner<byte>> consume = await rig.Consumer.StartConsumeAsync<NatsMemoryOwner<byte>>(opts: new NatsJSConsumeOpts { MaxMsgs = 4000 }, cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 4000); // a message that comes during an ack would be counted with it
        var confirmed = new AckOpts { DoubleAck = true };
        long acks = 0;
        int read = 0;
        await foreach (INatsJSMsg<NatsMemoryOwner<byte>> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            msg.Data.Dispose();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await msg.AckAsync(confirmed, CancellationToken.None);
            read++;
            acks += read > 2000 ? GC.GetTotalAllocatedBytes(precise: true) - before : 0;
            if (read == 4000)
            {
                break;
            }
        }

        Assert.InRange(acks / 2000, 0, 112);
    }

    [Fact]
    public async Task NextAsync_and_an_ack_allocate_at_most_500_bytes()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await StoreAsync(rig, 3000);
        long before = 0;
        for (int i = 0; i < 3000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
            }

            INatsJSMsg<NatsMemoryOwner<byte>>? msg = await rig.Consumer.NextAsync<NatsMemoryOwner<byte>>(cancellationToken: rig.Cancel);
            msg!.Data.Dispose();
            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / 2000, 1, 500);
    }

    private async Task<long> BytesPerMessageAsync<T>(Action<T> release)
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.MaxAckPending = Messages);
        await StoreAsync(rig, Messages);
        await using INatsJSConsume<T> consume = await rig.Consumer.StartConsumeAsync<T>(opts: new NatsJSConsumeOpts { MaxMsgs = Messages }, cancellationToken: rig.Cancel);
        return await BytesPerMessageAsync(rig, consume, release);
    }

    private static async Task<long> BytesPerMessageAsync<T>(ConsumeRig rig, INatsJSConsume<T> consume, Action<T> release)
    {
        await rig.WhenAsync(_ => consume.Counts.Received == Messages); // how often a reader is woken depends on the load of the machine
        var windows = new Windows();
        await foreach (INatsJSMsg<T> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            release(msg.Data!);
            await msg.AckAsync();
            if (windows.Count() == Messages)
            {
                break;
            }
        }

        return windows.Least;
    }

    private static async Task StoreAsync(ConsumeRig rig, int count)
    {
        byte[] payload = new byte[128];
        for (int i = 0; i < count; i++)
        {
            await rig.Rig.Connection.PublishAsync($"{rig.Rig.Name}.a", payload, cancellationToken: rig.Cancel);
        }

        await rig.Rig.Connection.PingAsync(rig.Cancel);
        await rig.WhenAsync(info => info.NumPending == (ulong)count);
    }

    // The allocations of each 2,000 messages, one after another.
    private sealed class Windows
    {
        private long _before;
        private long _least = long.MaxValue;
        private int _read;

        public long Least => _least / Window;

        public int Count()
        {
            if (++_read % Window == 0)
            {
                long now = GC.GetTotalAllocatedBytes(precise: true);
                _least = _read > Window ? Math.Min(_least, now - _before) : _least; // without the growth of the queue
                _before = now;
            }

            return _read;
        }
    }
}
