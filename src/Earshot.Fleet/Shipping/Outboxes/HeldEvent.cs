namespace Earshot.Fleet.Shipping;

/// <summary>One entry in the outbox: the bytes of an event, or a fold of attempts.</summary>
internal sealed class HeldEvent
{
    /// <summary>The memory of an entry in addition to its bytes: the objects around them.</summary>
    public const int Overhead = 224;

    public HeldEvent(JournalOutbox owner, EventWorth worth, TimeSpan arrived)
    {
        (Owner, Worth, Arrived) = (owner, worth, arrived);
        (InJournal, InWorth) = (new LinkedListNode<HeldEvent>(this), new LinkedListNode<HeldEvent>(this));
    }

    public JournalOutbox Owner { get; }

    public EventWorth Worth { get; }

    public TimeSpan Arrived { get; }

    /// <summary>Its place among the entries of its journal.</summary>
    public LinkedListNode<HeldEvent> InJournal { get; }

    /// <summary>Its place among all entries of its worth.</summary>
    public LinkedListNode<HeldEvent> InWorth { get; }

    public required long First { get; init; }

    public required long Last { get; set; }

    /// <summary>The number of events that it represents; 0: it reports that events are missing.</summary>
    public int Events { get; set; } = 1;

    /// <summary>The serialized entry. Of a fold: that of its longest event, for the size.</summary>
    public required byte[] Bytes { get; set; }

    /// <summary>The attempts, when more can be added.</summary>
    public AttemptFold? Fold { get; init; }

    /// <summary>The numbers directly before the first one that are never shipped.</summary>
    public long SkippedBefore { get; set; }

    /// <summary>The numbers between the first and the last one that are never shipped.</summary>
    public long SkippedInside { get; set; }

    /// <summary>The events before the first one that were dropped.</summary>
    public long DroppedBefore { get; set; }

    /// <summary>The memory that it takes.</summary>
    public int Size => Overhead + (Fold is null ? Bytes.Length : Bytes.Length * 2) + (Fold is { Events: > 1 } ? DurationSketch.Size : 0);
}
