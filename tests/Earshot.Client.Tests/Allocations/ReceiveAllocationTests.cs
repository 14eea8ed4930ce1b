using Earshot.Client.Tests.Events;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>The allocations of receiving, from the transport to the application, and of an event without a listener.</summary>
[Collection(nameof(IdleConnection))]
public sealed class ReceiveAllocationTests
{
    private const int Times = 1000;
    private const int SixteenBytes = 40; // an array of them, as the runtime lays it out
    private const string TwoHeaders = "NATS/1.0\r\nFirst: one\r\nSecond: 2\r\n\r\n";

    [Fact]
    public void A_byte_array_allocates_only_itself() => IdleConnection.Run(static still =>
        Assert.Equal(SixteenBytes * Times, Received<byte[]>(still, static message => Assert.True(message.Data is { Length: 16 }))));

    [Fact]
    public void A_pooled_owner_allocates_eight_bytes_at_most() => AssertCost<NatsMemoryOwner<byte>>(8, static message => message.Data.Dispose());

    [Fact]
    public void Headers_that_are_not_read_stay_within_their_figure() => AssertCost<byte[]>(120, static message => Assert.True(message.Headers is not null && message.Data is { Length: 16 }), TwoHeaders);

    [Fact]
    public void Headers_that_are_read_stay_within_their_figure() => AssertCost<byte[]>(320, static message =>
    {
        Assert.True(message.Headers!.TryGetValue("First", out Microsoft.Extensions.Primitives.StringValues first) && first == "one");
        Assert.True(message.Headers.TryGetValue("Second", out Microsoft.Extensions.Primitives.StringValues second) && second == "2");
    }, TwoHeaders);

    [Fact]
    public void An_event_without_a_listener_allocates_nothing()
    {
        Earshot.Events.Journal journal = new JournalRig().Journal;
        Assert.Equal(0, IdleConnection.Allocated(Times, () => Assert.False(ProtocolTap.IsWanted(journal))));
    }

    private static void AssertCost<T>(int most, Action<NatsMsg<T>> use, string headers = "") => IdleConnection.Run(still =>
        Assert.InRange(Received(still, use, headers) / (double)Times, 0, most));

    private static long Received<T>(IdleConnection still, Action<NatsMsg<T>> use, string headers = "")
    {
        INatsSub<T> subscription = still.Subscribe<T>("orders.new");
        byte[] frame = IdleConnection.Frame(subscription, headers);
        return IdleConnection.Allocated(Times, () =>
        {
            still.Transport.Feed(frame);
            Assert.True(subscription.Msgs.TryRead(out NatsMsg<T> message));
            use(message);
        });
    }
}
