namespace Earshot.Events;

/// <summary>Provides the snapshot of the connection for an event. Called inside the critical section of an append: O(1), takes no lock, never throws.</summary>
internal interface ISnapshotSource
{
    NatsConnectionSnapshot Capture();
}
