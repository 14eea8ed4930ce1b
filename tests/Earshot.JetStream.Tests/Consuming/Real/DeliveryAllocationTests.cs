using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The allocations of a delivered message, as counted by the runtime for the whole process.</summary>
[Collection(nameof(DeliveryAllocationTests))]
[CollectionDefinition(nameof(DeliveryAllocationTests), DisableParallelization = true)]
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
    public async Task Confirmed_ack_allocates_no_message()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await StoreAsync(rig, 4000);
        var confirmed = new AckOpts { DoubleAck = true };
        long acks = 0;
        int read = 0;
        await foreach (INatsJSMsg<NatsMemoryOwner<byte>> msg in rig.Consumer.ConsumeAsync<NatsMemoryOwner<byte>>(cancellationToken: rig.Cancel))
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
        await rig.WhenAsync(_ => consume.Counts.Received == Messages); // how often a reader is woken depends on the load of the machine
        long before = 0;
        long least = long.MaxValue;
        int read = 0;
        await foreach (INatsJSMsg<T> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            release(msg.Data!);
            await msg.AckAsync();
            read++;
            if (read % Window == 0)
            {
                long now = GC.GetTotalAllocatedBytes(precise: true);
                least = read > Window ? Math.Min(least, now - before) : least; // without the growth of the queue
                before = now;
            }

            if (read == Messages)
            {
                break;
            }
        }

        return least / Window;
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
}
