using CsCheck;
using Earshot.Fleet.Reading;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>Which messages of a stream were read: in any order, twice, with holes that the stream has itself.</summary>
public sealed class StreamCursorProperties
{
    private static readonly Gen<ulong[]> s_sequences = Gen.ULong[1, 60].Array[0, 120];

    [Fact]
    public void A_message_is_new_exactly_once() => s_sequences.Sample(sequences =>
    {
        var cursor = new StreamCursor();
        var seen = new HashSet<ulong>();
        Assert.All(sequences, sequence => Assert.Equal(seen.Add(sequence), cursor.Take(sequence)));
        Assert.Equal(seen.DefaultIfEmpty().Max(), cursor.Last);
    });

    [Fact]
    public void Gaps_are_exactly_what_was_not_read_behind_the_first() => s_sequences.Sample(sequences =>
    {
        var cursor = new StreamCursor();
        Array.ForEach(sequences, sequence => cursor.Take(sequence));
        ulong first = sequences.DefaultIfEmpty(1UL).Min();
        ulong[] missing = [.. Enumerable.Range(1, 70).Select(i => (ulong)i).Where(i => i >= first && !sequences.Contains(i))];
        var found = new List<ulong>();
        while (cursor.Gap(70) is { } gap)
        {
            for (ulong sequence = gap.From; sequence <= gap.To; sequence++)
            {
                found.Add(sequence);
            }

            Assert.Equal(gap.To - gap.From + 1, cursor.Cover(gap.From, gap.To));
        }

        Assert.Equal(missing, found);
        Assert.Equal(70UL, cursor.Last);
    });

    [Fact]
    public void A_range_counts_only_what_is_new() => Gen.Select(s_sequences, Gen.ULong[1, 60], Gen.ULong[0, 30]).Sample((sequences, from, length) =>
    {
        var cursor = new StreamCursor();
        Array.ForEach(sequences, sequence => cursor.Take(sequence));
        ulong expected = 0;
        for (ulong sequence = from; sequence <= from + length; sequence++)
        {
            expected += sequences.Contains(sequence) ? 0UL : 1;
        }

        Assert.Equal(expected, cursor.Cover(from, from + length));
        Assert.Equal(0UL, cursor.Cover(from, from + length));
    });

    [Fact]
    public void Memory_stays_bounded_when_no_gap_can_be_filled()
    {
        var cursor = new StreamCursor();
        for (ulong sequence = 1; sequence < 20_000; sequence += 2)
        {
            Assert.True(cursor.Take(sequence));
        }

        int gaps = 0;
        for (; cursor.Gap(0) is { } gap; gaps++)
        {
            cursor.Cover(gap.From, gap.To);
        }

        Assert.InRange(gaps, 100, 256);
    }
}
