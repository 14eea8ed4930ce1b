namespace Earshot.Events;

/// <summary>Gives the connection's facts for an event. Called inside the critical section of an append: O(1), takes no lock, never throws.</summary>
internal interface ISnapshotSource
{
    NatsConnectionSnapshot Capture();
}
