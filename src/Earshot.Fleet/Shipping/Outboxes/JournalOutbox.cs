using System.Text;
using System.Text.Json;
using Earshot.Fleet.Records;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Shipping;

/// <summary>The part of the outbox with the journal of one connection: its entries in the order of their numbers.</summary>
internal sealed class JournalOutbox
{
    private const int TailLength = 2; // of an empty batch: the end of its array and of the object

    private long _skipped;
    private long _dropped;
    private bool _hasShipped;

    public JournalOutbox(JournalConnection connection)
    {
        Connection = FleetRedaction.Of(connection);
        Subject = FleetSubjects.Journal(connection.Service!, connection.Instance!, connection.Id);
        var empty = new JournalBatch { Connection = Connection.Id, Service = Connection.Service, Instance = Connection.Instance, Name = Connection.Name, Events = [] };
        Head = JsonSerializer.SerializeToUtf8Bytes(empty, FleetJson.Default.JournalBatch)[..^TailLength];
        Node = new LinkedListNode<JournalOutbox>(this);
    }

    public JournalConnection Connection { get; }

    public string Subject { get; }

    /// <summary>The beginning of each batch, up to the array of its entries.</summary>
    public byte[] Head { get; }

    /// <summary>The entries, in the order of their first numbers.</summary>
    public LinkedList<HeldEvent> Held { get; } = new();

    /// <summary>Those to which attempts can be added.</summary>
    public Dictionary<FoldKey, HeldEvent> Folds { get; } = [];

    /// <summary>Its place among the journals with entries.</summary>
    public LinkedListNode<JournalOutbox> Node { get; }

    /// <summary>The number of the last event that has arrived; 0: none.</summary>
    public long LastSequence { get; private set; }

    /// <summary>The length of all entries, in bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>The connection is about to end: its entries must not wait for others.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>The numbers since the last entry that are never shipped.</summary>
    public long Skipped => _skipped;

    /// <summary>An event has arrived. Returns how many numbers between it and the one before are never shipped.</summary>
    public long Arrived(long first, long last)
    {
        long skipped = LastSequence == 0 ? 0 : Math.Max(0, first - LastSequence - 1);
        LastSequence = last;
        return skipped;
    }

    /// <summary>Numbers that are never shipped precede the next entry.</summary>
    public void Skip(long numbers) => _skipped += numbers;

    /// <summary>Adds an entry at the end.</summary>
    public void Add(HeldEvent held)
    {
        bool isFirst = !_hasShipped && Held.Count == 0;
        (held.SkippedBefore, held.DroppedBefore) = isFirst ? (0, 0) : (_skipped, _dropped);
        (_skipped, _dropped) = (0, 0);
        Held.AddLast(held.InJournal);
        Bytes += held.Bytes.Length;
    }

    /// <summary>Numbers that are never shipped precede an attempt that is added to a fold.</summary>
    public void SkipInside(HeldEvent fold)
    {
        fold.SkippedInside += _skipped;
        fold.DroppedBefore += _dropped;
        (_skipped, _dropped) = (0, 0);
    }

    /// <summary>Takes an entry out without shipping it. Its numbers are reported with the entry behind it, unless the shipped journal begins there.</summary>
    public void Drop(HeldEvent held)
    {
        LinkedListNode<HeldEvent>? next = held.InJournal.Next;
        bool isFirst = !_hasShipped && held.InJournal.Previous is null;
        Remove(held);
        if (isFirst)
        {
            (_skipped, _dropped) = next is null ? (0, 0) : (_skipped, _dropped);
            if (next is not null)
            {
                (next.Value.SkippedBefore, next.Value.DroppedBefore) = (0, 0);
            }

            return;
        }

        (long skipped, long dropped) = (held.SkippedBefore + held.SkippedInside, held.DroppedBefore + held.Events);
        if (next is not null)
        {
            next.Value.SkippedBefore += skipped;
            next.Value.DroppedBefore += dropped;
            return;
        }

        (_skipped, _dropped) = (_skipped + skipped, _dropped + dropped);
    }

    /// <summary>Takes an entry out because it is part of a batch.</summary>
    public void Ship(HeldEvent held)
    {
        Remove(held);
        _hasShipped = true;
    }

    /// <summary>The bytes of an entry as they are sent.</summary>
    public static byte[] BytesOf(HeldEvent held)
    {
        byte[] bytes = held.Fold is { Events: > 1 } fold ? JsonSerializer.SerializeToUtf8Bytes(fold.ToEntry(), FleetJson.Default.JournalEntry) : held.Bytes;
        return With(bytes, held.SkippedBefore + held.SkippedInside, held.DroppedBefore);
    }

    /// <summary>Adds to an entry what it accounts for in addition to its own number.</summary>
    public static byte[] With(byte[] entry, long skipped, long dropped)
    {
        if (skipped == 0 && dropped == 0)
        {
            return entry;
        }

        string end = $"{(skipped == 0 ? "" : $",\"skip\":{skipped}")}{(dropped == 0 ? "" : $",\"drop\":{dropped}")}}}";
        return [.. entry.AsSpan(..^1), .. Encoding.UTF8.GetBytes(end)];
    }

    /// <summary>Makes a batch of entries.</summary>
    public byte[] Join(params IReadOnlyList<byte[]> entries)
    {
        byte[] batch = new byte[Head.Length + entries.Sum(static entry => entry.Length) + entries.Count + 1];
        Head.CopyTo(batch, 0);
        int length = Head.Length;
        foreach (byte[] entry in entries)
        {
            entry.CopyTo(batch, length);
            length += entry.Length;
            batch[length++] = (byte)',';
        }

        batch[length - 1] = (byte)']'; // in place of the last separator
        batch[length] = (byte)'}';
        return batch;
    }

    private void Remove(HeldEvent held)
    {
        Held.Remove(held.InJournal);
        Bytes -= held.Bytes.Length;
        if (held.Fold is { } fold)
        {
            Folds.Remove(fold.Key); // an entry that is not there any more takes no attempts
        }
    }
}
