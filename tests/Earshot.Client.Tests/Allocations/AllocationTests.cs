using System.Globalization;
using System.Text;
using Earshot.Client.Tests.Events;
using Earshot.Events;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>What one operation allocates over all threads. Bytes are exact, unlike times; a share of a byte is left for what is shared by many.</summary>
[Collection(nameof(AllocationRig))]
public sealed class AllocationTests
{
    private const int Operations = 10_000;

    // Messages sent before they are read, so that neither the queue's ring nor the pool of arrays must grow, whoever runs faster.
    private const int Batch = 25;

    private const double Amortised = 0.9;

    [Fact]
    public async Task Publishing_a_byte_array_allocates_nothing()
    {
        byte[] payload = new byte[16];
        await AssertPublishAsync("publish byte[16]", c => c.PublishAsync("bench.subject", payload));
    }

    [Fact]
    public async Task Publishing_memory_allocates_nothing()
    {
        ReadOnlyMemory<byte> payload = new byte[128];
        await AssertPublishAsync("publish ReadOnlyMemory<byte>", c => c.PublishAsync("bench.subject", payload));
    }

    [Fact]
    public async Task Publishing_with_headers_allocates_nothing()
    {
        byte[] payload = new byte[16];
        var headers = new NatsHeaders { ["First"] = "one", ["Second"] = "two" };
        await AssertPublishAsync("publish with two headers", c => c.PublishAsync("bench.subject", payload, headers));
    }

    [Fact]
    public async Task Publishing_from_eight_tasks_allocates_nothing()
    {
        byte[] payload = new byte[16];
        await using AllocationRig rig = await AllocationRig.OpenAsync();
        double measured = await AllocationRig.MeasureAsync(8 * Operations, operations => Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => PublishAsync(rig, operations / 8, c => c.PublishAsync("bench.subject", payload)), rig.Token))));
        AllocationRig.AssertAtMost(Amortised, measured, "publish byte[16] from 8 tasks");
    }

    [Fact]
    public async Task Receiving_a_byte_array_allocates_the_payload_only()
    {
        double measured = await ReceiveAsync<byte[]>("MSG bench.subject {0} 16\r\n0123456789abcdef\r\n", static message => message.Data!.Length);
        AllocationRig.AssertAtMost(40 + Amortised, measured, "receive byte[16]");
    }

    [Fact]
    public async Task Receiving_a_memory_owner_allocates_nothing()
    {
        double measured = await ReceiveAsync<NatsMemoryOwner<byte>>("MSG bench.subject {0} 16\r\n0123456789abcdef\r\n", static message => Release(message.Data));
        AllocationRig.AssertAtMost(8, measured, "receive NatsMemoryOwner<byte>");
    }

    [Fact]
    public async Task Receiving_headers_that_nobody_looks_at_stays_within_its_figure()
    {
        double measured = await ReceiveAsync<byte[]>("HMSG bench.subject {0} 35 51\r\nNATS/1.0\r\nFirst: one\r\nSecond: 2\r\n\r\n0123456789abcdef\r\n", static message => message.Data!.Length);
        AllocationRig.AssertAtMost(335, measured, "receive byte[16] with two headers");
    }

    [Fact]
    public async Task A_request_and_its_reply_stay_within_their_figure_both_ends_together()
    {
        byte[] payload = new byte[16];
        await using AllocationRig rig = await AllocationRig.OpenAsync();
        await using INatsSub<byte[]> service = await rig.Connection.SubscribeCoreAsync<byte[]>("service", cancellationToken: rig.Token);
        Task answering = Task.Run(
            async () =>
            {
                await foreach (NatsMsg<byte[]> request in service.Msgs.ReadAllAsync(rig.Token))
                    await request.ReplyAsync(payload, cancellationToken: CancellationToken.None);
            },
            rig.Token);
        double measured = await AllocationRig.MeasureAsync(Operations, async operations =>
        {
            for (int i = 0; i < operations; i++)
                await rig.Connection.RequestAsync<byte[], byte[]>("service", payload, cancellationToken: CancellationToken.None);
        });
        await service.UnsubscribeAsync();
        await answering.WaitAsync(rig.Token);
        AllocationRig.AssertAtMost(520, measured, "request-reply of byte[16], both ends");
    }

    [Fact]
    public async Task An_event_that_nobody_listens_to_allocates_nothing()
    {
        Journal journal = new JournalRig().Journal;
        byte[] line = "PING\r\n"u8.ToArray();
        double measured = await AllocationRig.MeasureAsync(Operations, operations =>
        {
            for (int i = 0; i < operations; i++)
                ProtocolTap.Inbound(journal, line);
            return Task.CompletedTask;
        });
        AllocationRig.AssertAtMost(0, Math.Floor(measured * 10) / 10, "protocol event that nobody asked for");
    }

    private static async Task AssertPublishAsync(string what, Func<NatsConnection, ValueTask> publish)
    {
        await using AllocationRig rig = await AllocationRig.OpenAsync();
        double measured = await AllocationRig.MeasureAsync(Operations, operations => PublishAsync(rig, operations, publish));
        AllocationRig.AssertAtMost(Amortised, measured, what);
    }

    private static async Task PublishAsync(AllocationRig rig, int operations, Func<NatsConnection, ValueTask> publish)
    {
        for (int i = 0; i < operations; i++)
            await publish(rig.Connection);
    }

    private static int Release(NatsMemoryOwner<byte> owner)
    {
        int length = owner.Length;
        owner.Dispose();
        return length;
    }

    private static async Task<double> ReceiveAsync<T>(string frame, Func<NatsMsg<T>, int> lengthOf)
    {
        await using AllocationRig rig = await AllocationRig.OpenAsync();
        await using INatsSub<T> subscription = await rig.Connection.SubscribeCoreAsync<T>("bench.subject", cancellationToken: rig.Token);
        byte[] one = Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, frame, subscription.Sid));
        byte[] block = [.. Enumerable.Repeat(one, Batch).SelectMany(static bytes => bytes)];
        return await AllocationRig.MeasureAsync(Operations, async operations =>
        {
            int bytes = 0;
            for (int sent = 0; sent < operations; sent += Batch)
            {
                rig.Peer.Send(block);
                for (int left = Batch; left > 0;)
                {
                    Assert.True(await subscription.Msgs.WaitToReadAsync(rig.Token));
                    for (; left > 0 && subscription.Msgs.TryRead(out NatsMsg<T> message); left--)
                        bytes += lengthOf(message);
                }
            }

            Assert.Equal(16 * operations, bytes);
        });
    }
}
