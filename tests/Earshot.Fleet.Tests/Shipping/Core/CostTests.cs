using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>What an event costs the thread that reads the journal.</summary>
public sealed class CostTests
{
    private const int Events = 5000;
    private const int MaxBytesPerEvent = 2500;

    [Fact]
    public void An_event_allocates_little_also_while_the_outbox_is_full()
    {
        var rig = new ShipmentRig();
        var story = new EventStory("c1");
        NatsConnectionEvent[] events = [.. Enumerable.Range(0, Events * 2).Select(i => story.Any(1 + (12 * i)))]; // errors
        foreach (NatsConnectionEvent e in events.Take(Events))
        {
            rig.Add("c1", e);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (NatsConnectionEvent e in events.Skip(Events))
        {
            rig.Add("c1", e);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes per event");
        Assert.InRange(each, 1, MaxBytesPerEvent);
        Assert.True(rig.Shipment.Counts.Dropped > Events);
    }
}
