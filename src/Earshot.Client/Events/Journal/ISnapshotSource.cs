namespace Earshot.Events;

/// <summary>Provides the snapshot of the connection for an event. Called inside the critical section of an append: O(1), takes no lock, never throws.</summary>
internal interface ISnapshotSource
{
    NatsConnectionSnapshot Capture();

    /// <summary>The counters alone. Any thread.</summary>
    NatsStats Stats() => Capture().Stats;

    /// <summary>Messages that wait in subscriptions. Any thread, outside of an append: it visits every subscription.</summary>
    long CountPendingDeliveries() => 0;
}
