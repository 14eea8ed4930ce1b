using System.Text.Json;
using Earshot.Fleet.Records;

namespace Earshot.Fleet.Shipping;

/// <summary>
/// The events of all connections of a process that are not acknowledged yet, within one limit of memory. Folds failed attempts, drops by worth when it is full,
/// and makes batches. Has no clock and no I/O. Not thread-safe.
/// </summary>
internal sealed class Outbox(NatsJournalShippingOptions options)
{
    private const int Surroundings = 64; // of a batch: separators and its end

    private readonly LinkedList<JournalOutbox> _waiting = new(); // the journals with entries
    private readonly LinkedList<HeldEvent>[] _byWorth = [.. Enumerable.Range(0, EventWorths.Count).Select(_ => new LinkedList<HeldEvent>())];
    private long _batches;

    /// <summary>The memory of all entries and of the batch that is not acknowledged, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>The number of entries, without those of the batch.</summary>
    public int Held { get; private set; }

    /// <summary>The number of attempts that were folded.</summary>
    public long Folded { get; private set; }

    /// <summary>The number of events that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>The number of dropped events whose worth is that of the lifecycle and errors.</summary>
    public long DroppedKept { get; private set; }

    /// <summary>The batch that was made last and is neither acknowledged nor given up.</summary>
    public FrozenBatch? Frozen { get; private set; }

    /// <summary>Adds the next event of a journal, and returns its entry.</summary>
    public byte[] Add(JournalOutbox journal, NatsConnectionEvent e, TimeSpan now)
    {
        long first = e is NatsEventsMissedEvent missed ? missed.FromSequence : e.Sequence;
        journal.Skip(journal.Arrived(first, e.Sequence));
        byte[] entry = Add(journal, options.Redaction.Of(JournalEntries.Of(e)), first, e is NatsEventsMissedEvent ? 0 : 1, now);
        journal.IsUrgent |= journal.Held.Count > 0 && e is NatsClosedEvent or NatsDrainStartedEvent { Scope: NatsDrainScope.Connection };
        return entry;
    }

    /// <summary>The next event of a journal is about the shipper itself.</summary>
    public static void Skip(JournalOutbox journal, NatsConnectionEvent e) => journal.Skip(journal.Arrived(e.Sequence, e.Sequence) + 1);

    /// <summary>Adds the entry with which a shipper ends in order, and returns it.</summary>
    public byte[] AddEnd(JournalOutbox journal, DateTimeOffset time, TimeSpan now)
    {
        long number = journal.LastSequence + 1;
        journal.Skip(journal.Arrived(number, number));
        return Add(journal, new JournalEntry { Kind = NatsEventKind.None, Sequence = number, Time = time, Reason = JournalEntries.ShippingEnded }, number, 1, now);
    }

    /// <summary>The time from which a batch can be made; null: the outbox is empty.</summary>
    public TimeSpan? DueAt()
    {
        TimeSpan? due = null;
        foreach (JournalOutbox journal in _waiting)
        {
            TimeSpan at = IsFull(journal) ? TimeSpan.Zero : journal.Held.First!.Value.Arrived + options.Linger;
            due = due is null || at < due ? at : due;
        }

        return due;
    }

    /// <summary>Makes the next batch of the journal that has waited longest. The outbox must have none that is not acknowledged.</summary>
    /// <param name="maxBytes">The maximum length of the payload; an entry that alone is longer is dropped.</param>
    /// <returns>The batch; null when the outbox is empty.</returns>
    public FrozenBatch? Freeze(int maxBytes)
    {
        while (Next() is { } journal)
        {
            if (Freeze(journal, Math.Min(maxBytes, options.BatchBytes)) is { } batch)
            {
                Size += batch.Payload.Length;
                return Frozen = batch;
            }
        }

        return null;
    }

    /// <summary>Takes over a batch of an earlier process. The outbox must have none that is not acknowledged.</summary>
    public FrozenBatch Load(FrozenBatch batch)
    {
        Frozen = batch with { Number = ++_batches };
        Size += batch.Payload.Length;
        Shrink();
        return Frozen;
    }

    /// <summary>The batch is acknowledged, or given up.</summary>
    public void Release()
    {
        Size -= Frozen?.Payload.Length ?? 0;
        Frozen = null;
    }

    /// <summary>The batch that is not acknowledged, and all entries as batches, without taking them out.</summary>
    public IEnumerable<byte[]> Copy()
    {
        if (Frozen is { } frozen)
        {
            yield return frozen.Payload;
        }

        foreach (JournalOutbox journal in _waiting)
        {
            foreach (byte[][] part in Parts(journal))
            {
                yield return journal.Join(part);
            }
        }
    }

    // An entry that alone is longer than a batch is a part alone.
    private IEnumerable<byte[][]> Parts(JournalOutbox journal)
    {
        var part = new List<byte[]>();
        int length = journal.Head.Length + Surroundings;
        foreach (byte[] entry in journal.Held.Select(JournalOutbox.BytesOf))
        {
            if (part.Count > 0 && (part.Count >= options.BatchEvents || length + entry.Length + 1 > options.BatchBytes))
            {
                yield return [.. part];
                part.Clear();
                length = journal.Head.Length + Surroundings;
            }

            part.Add(entry);
            length += entry.Length + 1;
        }

        if (part.Count > 0)
        {
            yield return [.. part];
        }
    }

    private static bool IsFullBatch(JournalOutbox journal, NatsJournalShippingOptions options) =>
        journal.Held.Count >= options.BatchEvents || journal.Bytes + journal.Head.Length + Surroundings >= options.BatchBytes;

    private bool IsFull(JournalOutbox journal) => journal.IsUrgent || IsFullBatch(journal, options);

    // A full one first, because nothing more fits into its batch; then the one whose oldest entry waits longest.
    private JournalOutbox? Next()
    {
        JournalOutbox? oldest = null;
        foreach (JournalOutbox journal in _waiting)
        {
            if (IsFull(journal))
            {
                return journal;
            }

            oldest = oldest is null || journal.Held.First!.Value.Arrived < oldest.Held.First!.Value.Arrived ? journal : oldest;
        }

        return oldest;
    }

    private byte[] Add(JournalOutbox journal, JournalEntry entry, long first, int events, TimeSpan now)
    {
        EventWorth worth = EventWorths.Of(entry.Kind);
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(entry, FleetJson.Default.JournalEntry);
        long skipped = journal.Skipped;
        if (worth == EventWorth.Attempts && journal.Folds.TryGetValue(FoldKey.Of(entry), out HeldEvent? fold))
        {
            AddTo(fold, journal, entry, bytes);
        }
        else
        {
            var held = new HeldEvent(journal, worth, now)
            {
                First = first,
                Last = entry.Sequence,
                Events = events,
                Bytes = bytes,
                Fold = worth == EventWorth.Attempts ? new AttemptFold(entry) : null,
            };
            if (held.Fold is { } attempts)
            {
                journal.Folds.Add(attempts.Key, held);
            }

            Hold(journal, held);
        }

        Shrink();
        return JournalOutbox.With(bytes, skipped, 0);
    }

    private void Hold(JournalOutbox journal, HeldEvent held)
    {
        if (journal.Held.Count == 0)
        {
            _waiting.AddLast(journal.Node);
        }

        journal.Add(held);
        _byWorth[(int)held.Worth].AddLast(held.InWorth);
        (Size, Held) = (Size + held.Size, Held + 1);
    }

    private void AddTo(HeldEvent fold, JournalOutbox journal, JournalEntry attempt, byte[] bytes)
    {
        int before = fold.Size;
        fold.Fold!.Add(attempt);
        (fold.Last, fold.Events) = (attempt.Sequence, fold.Events + 1);
        journal.SkipInside(fold);
        if (bytes.Length > fold.Bytes.Length)
        {
            journal.Bytes += bytes.Length - fold.Bytes.Length;
            fold.Bytes = bytes;
        }

        (Size, Folded) = (Size + fold.Size - before, Folded + 1);
    }

    private void Shrink()
    {
        for (int worth = 0; worth < EventWorths.Count && Size > options.OutboxSize;)
        {
            if (_byWorth[worth].First is { } oldest)
            {
                Drop(oldest.Value);
            }
            else
            {
                worth++;
            }
        }
    }

    private void Drop(HeldEvent held)
    {
        JournalOutbox journal = held.Owner;
        int size = held.Size;
        journal.Drop(held);
        Removed(journal, held, size);
        Dropped += held.Events;
        DroppedKept += held.Worth == EventWorth.Kept ? held.Events : 0;
    }

    private void Removed(JournalOutbox journal, HeldEvent held, int size)
    {
        _byWorth[(int)held.Worth].Remove(held.InWorth);
        (Size, Held) = (Size - size, Held - 1);
        if (journal.Held.Count == 0)
        {
            _waiting.Remove(journal.Node);
            journal.IsUrgent = false;
        }
    }

    private FrozenBatch? Freeze(JournalOutbox journal, int maxBytes)
    {
        var entries = new List<byte[]>();
        (long first, long last, long events, int length) = (long.MaxValue, 0, 0, journal.Head.Length + Surroundings);
        while (journal.Held.First is { Value: var held } && entries.Count < options.BatchEvents)
        {
            int size = held.Size;
            byte[] entry = JournalOutbox.BytesOf(held);
            if (length + entry.Length + 1 > maxBytes)
            {
                if (entries.Count > 0)
                {
                    break;
                }

                Drop(held); // no message can hold it
                continue;
            }

            journal.Ship(held);
            Removed(journal, held, size);
            entries.Add(entry);
            (first, last, events, length) = (Math.Min(first, held.First), Math.Max(last, held.Last), events + held.Events, length + entry.Length + 1);
        }

        return entries.Count == 0
            ? null
            : new FrozenBatch(++_batches, journal.Subject, FrozenBatch.IdOf(journal.Connection.Id, first, last), journal.Join(entries), events);
    }
}
