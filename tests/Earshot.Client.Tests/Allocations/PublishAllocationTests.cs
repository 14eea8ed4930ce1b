using System.Buffers;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>What publishing allocates: nothing. Exact, because everything runs on the thread that measures.</summary>
[Collection(nameof(IdleConnection))]
public sealed class PublishAllocationTests
{
    private const int Times = 1000;
    private static readonly NatsHeaders s_twoHeaders = new() { ["First"] = "one", ["Second"] = "two" };
    private static readonly byte[] s_payload = new byte[16];

    [Fact]
    public void A_byte_array_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", s_payload));

    [Fact]
    public void Memory_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", new Memory<byte>(s_payload)));

    [Fact]
    public void Read_only_memory_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", new ReadOnlyMemory<byte>(s_payload)));

    [Fact]
    public void A_sequence_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", new ReadOnlySequence<byte>(s_payload)));

    [Fact]
    public void An_empty_message_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new"));

    [Fact]
    public void A_string_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", "hello"));

    [Fact]
    public void A_number_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", 42));

    [Fact]
    public void Headers_allocate_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", s_payload, s_twoHeaders));

    [Fact]
    public void A_reply_subject_allocates_nothing() => AssertNothing(static c => c.PublishAsync("orders.new", s_payload, replyTo: "answers"));

    [Fact]
    public void Eight_concurrent_threads_allocate_nothing() => IdleConnection.Run(static still =>
    {
        still.MakeRoom();
        long allocated = 0;
        using var ready = new Barrier(8);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            ready.SignalAndWait(still.Token);
            long mine = IdleConnection.Allocated(Times / 8, () => IdleConnection.Done(still.Connection.PublishAsync("orders.new", s_payload)));
            Interlocked.Add(ref allocated, mine);
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(0, allocated);
    });

    [Fact]
    public void A_megabyte_is_handed_to_the_transport_in_three_pieces_at_most() => IdleConnection.Run(static still =>
    {
        int before = still.Transport.Writes;
        IdleConnection.Done(still.Connection.PublishAsync("large", new byte[1024 * 1024]));
        while (still.Connection.Stats.PendingBytes > 0)
        {
            still.Transport.LetWriteComeBack();
        }

        Assert.InRange(still.Transport.Writes - before, 1, 3);
    });

    private static void AssertNothing(Func<NatsConnection, ValueTask> publish) => IdleConnection.Run(still =>
    {
        still.MakeRoom();
        Assert.Equal(0, IdleConnection.Allocated(Times, () => IdleConnection.Done(publish(still.Connection))));
    });
}
