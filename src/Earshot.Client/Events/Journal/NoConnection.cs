namespace Earshot.Events;

/// <summary>The snapshot source of a journal without a connection, for test doubles.</summary>
internal sealed class NoConnection : ISnapshotSource
{
    public static Journal NewJournal() => new(
        new JournalOptions
        {
            Capacity = 1024,
            EventDrainTimeout = TimeSpan.FromSeconds(2),
            HandlerStallThreshold = TimeSpan.FromSeconds(1),
            DetachAfterFaults = 0,
            AlwaysRecord = NatsEventFilter.All,
            OnDemand = null,
        },
        TimeProvider.System,
        new NoConnection());

    public NatsConnectionSnapshot Capture() => NatsConnectionSnapshot.Empty;
}
