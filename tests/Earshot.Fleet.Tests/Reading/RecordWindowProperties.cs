using CsCheck;
using Earshot.Fleet.Reading;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>The window has the same records whatever the order of the messages, however often they arrive, and whichever were missing at first.</summary>
public sealed class RecordWindowProperties
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    // Messages with overlapping ranges of events, as a shipper sends them again after an outage.
    private static readonly Gen<(int Connection, int First, int Count)[]> s_messages = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 30], Gen.Int[1, 8]).Array[1, 40];

    [Fact]
    public void Order_and_duplicates_change_nothing() => Gen.Select(s_messages, Gen.Int[1, 60], Gen.Int[0, int.MaxValue]).Sample((messages, capacity, seed) =>
    {
        (ulong Sequence, IReadOnlyList<FleetRecord> Records)[] stored = Stored(messages);
        var ordered = new RecordWindow(capacity);
        foreach ((ulong sequence, IReadOnlyList<FleetRecord> records) in stored)
        {
            ordered.Add(sequence, s_start.AddSeconds(sequence), records);
        }

        var chance = new Random(seed);
        (ulong Sequence, IReadOnlyList<FleetRecord> Records)[] shuffled = [.. stored.Concat(stored.Where(_ => chance.Next(2) == 0))];
        chance.Shuffle(shuffled);
        var other = new RecordWindow(capacity);
        foreach ((ulong sequence, IReadOnlyList<FleetRecord> records) in shuffled)
        {
            other.Add(sequence, s_start.AddSeconds(sequence), records);
        }

        Assert.Equal(ordered.ToList(), other.ToList());
        Assert.InRange(other.Count, 0, capacity);
        Assert.Equal(other.Count, other.ToList().Count);
        Assert.Equal(other.Count, other.ToList().OfType<JournalRecord>().Select(record => (record.Connection.Id, record.Entry.Sequence)).Distinct().Count());
    });

    [Fact]
    public void It_has_the_newest_messages_that_fit() => Gen.Select(s_messages, Gen.Int[8, 60]).Sample((messages, capacity) =>
    {
        (ulong Sequence, IReadOnlyList<FleetRecord> Records)[] stored = Stored(messages);
        var window = new RecordWindow(capacity);
        foreach ((ulong sequence, IReadOnlyList<FleetRecord> records) in stored)
        {
            window.Add(sequence, s_start.AddSeconds(sequence), records);
        }

        HashSet<FleetRecord> expected = [];
        foreach ((_, IReadOnlyList<FleetRecord> records) in stored.Reverse())
        {
            HashSet<FleetRecord> more = [.. expected, .. records];
            if (more.Count > capacity)
            {
                break;
            }

            expected = more;
        }

        Assert.Equal(expected, [.. window.ToList()]);
    });

    // With a search in the first message for each record of the second, this would take minutes.
    [Fact]
    public void Message_with_many_records_of_another_one_replaces_them_without_a_search_of_each()
    {
        const int Count = 100_000;
        List<FleetRecord> records = [.. Enumerable.Range(1, Count).Select(i => Record("c1", i))];
        var window = new RecordWindow(2 * Count);
        window.Add(1, s_start, records);
        window.Add(2, s_start, [.. records.AsEnumerable().Reverse()]);
        Assert.Equal((Count, 1), (window.Count, window.Messages));
        Assert.Equal(Count, window.ToList().Cast<JournalRecord>().First().Entry.Sequence);
    }

    [Fact]
    public void What_is_too_old_is_removed_and_does_not_return()
    {
        var window = new RecordWindow(100);
        for (int i = 1; i <= 10; i++)
        {
            window.Add((ulong)i, s_start.AddSeconds(i), [Record("c1", i)]);
        }

        window.Expire(s_start.AddSeconds(6));
        Assert.Equal([6L, 7, 8, 9, 10], window.ToList().Cast<JournalRecord>().Select(record => record.Entry.Sequence));
        window.Add(3, s_start.AddSeconds(3), [Record("c1", 3)]);
        Assert.Equal(5, window.Count);
        Assert.Equal(0, window.Evicted);
    }

    [Fact]
    public void What_is_repeated_without_end_takes_no_memory()
    {
        var window = new RecordWindow(100);
        for (ulong i = 1; i <= 1_000; i++)
        {
            window.Add(i, s_start.AddSeconds(i), [.. Enumerable.Range(1, 50).Select(n => Record("c1", n))]);
            window.Add(1_000 + i, s_start.AddSeconds(i), []);
        }

        Assert.Equal((1, 50, 0L), (window.Messages, window.Count, window.Evicted));
        window.Add(5_000, s_start, [Record("c1", 7)]);
        Assert.Equal((2, 50), (window.Messages, window.Count));
    }

    [Fact]
    public void Two_subjects_that_claim_one_connection_do_not_share_a_journal()
    {
        var window = new RecordWindow(100);
        window.Add(1, s_start, [Record("c1", 1), Record("c1", 2)]);
        window.Add(2, s_start, [new JournalRecord(new JournalConnection("c1") { Service = "other/orders", Instance = "i1" }, Entry(2))]);
        window.Add(3, s_start, [Record("c2", 1)]);
        Assert.Equal(
            ["orders.i1.c1 1", "orders.i1.c1 2", "other/orders.i1.c1 2", "c2 1"],
            window.ToList().Cast<JournalRecord>().Select(record => $"{record.Connection.Id} {record.Entry.Sequence}"));
    }

    [Fact]
    public void Live_messages_that_are_lost_and_then_read_directly_give_the_same_as_all_in_order() => Gen.Select(Gen.Int[1, 60], Gen.Int[0, int.MaxValue]).Sample((count, seed) =>
    {
        StoredItem[] stored = [.. Enumerable.Range(1, count).Select(i => Item((ulong)i))];
        var chance = new Random(seed);
        StoredItem[] kept = [.. stored.Where(_ => chance.Next(10) > 0)]; // the others are removed by the stream
        FollowedStream expected = Followed();
        Array.ForEach(kept, item => expected.Accept(item));

        FollowedStream followed = Followed();
        StoredItem[] live = [.. stored.Where(_ => chance.Next(3) > 0)];
        chance.Shuffle(live);
        foreach (StoredItem item in live.Where(item => kept.Contains(item)))
        {
            followed.Accept(item);
        }

        // As the follower does: history first, then gap after gap, in batches.
        foreach (StoredItem item in kept)
        {
            if (item.Sequence > (ulong)count / 2)
            {
                followed.Accept(item);
            }
        }

        StoredItem[] history = [.. kept.Where(item => item.Sequence <= (ulong)count / 2)];
        Array.ForEach(history, item => followed.Accept(item));
        followed.HistoryRead((ulong)count);
        while (followed.Gap((ulong)count) is { } gap)
        {
            StoredItem[] batch = [.. kept.Where(item => item.Sequence >= gap.From).Take(4)];
            Array.ForEach(batch, item => followed.Accept(item));
            if (batch.Length == 0)
            {
                break;
            }

            followed.Close((gap.From, Math.Min(batch[^1].Sequence, gap.To)));
        }

        Assert.Equal(expected.Records(DateTimeOffset.MinValue), followed.Records(DateTimeOffset.MinValue));
        Assert.Equal(kept.Length, followed.State().Messages);
    });

    private static FollowedStream Followed() => new("EARSHOT_JOURNAL", new FleetReaderOptions());

    private static StoredItem Item(ulong sequence)
    {
        using var lines = new MemoryStream();
        FleetRecordFile.WriteAsync([Record("c1", (long)sequence)], lines).GetAwaiter().GetResult();
        return new StoredItem(sequence, s_start.AddSeconds(sequence), "earshot.v1.j.orders.i1.c1", lines.ToArray());
    }

    private static (ulong, IReadOnlyList<FleetRecord>)[] Stored((int Connection, int First, int Count)[] messages) =>
        [.. messages.Select((message, i) => ((ulong)(i + 1), (IReadOnlyList<FleetRecord>)[.. Enumerable.Range(message.First, message.Count).Select(n => Record($"c{message.Connection}", n))]))];

    private static JournalRecord Record(string connection, long sequence) => new JournalRecord(new JournalConnection(connection) { Service = "orders", Instance = "i1" }, Entry(sequence));

    private static JournalEntry Entry(long sequence) => new() { Kind = NatsEventKind.Connected, Sequence = sequence, Time = s_start.AddSeconds(sequence), Session = 1 };
}
