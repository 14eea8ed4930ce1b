namespace Earshot.Events;

/// <summary>Readers that cost nothing while nobody in the process listens to what they make.</summary>
[Flags]
internal enum DormantReaders
{
    None = 0,
    Metrics = 1,
    Outages = 2,
}
