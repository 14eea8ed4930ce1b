using Xunit;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>P89 and P90: one damaged byte, and an end anywhere.</summary>
public sealed class DamageTests
{
    private const int Size = 4 * 1024;
    private const int Longest = 64 * 1024 * 1024; // of a message
    private const int Enough = 3; // operations that are read again as they were
    private const int LongestLine = 1024 * 1024;

    private static readonly Dictionary<string, StreamCorpus> s_corpora = new() { ["server"] = Corpora.Server(Size), ["client"] = Corpora.Client(Size) };

    public static TheoryData<string> Sides => [.. s_corpora.Keys];

    [Theory]
    [MemberData(nameof(Sides))]
    public void Damaged_byte_is_read_or_refused_and_nothing_behind_it_is_lost(string side)
    {
        StreamCorpus corpus = s_corpora[side];
        int[] outcomes = new int[3];
        Parallel.For(0, corpus.Length, position =>
        {
            byte[] damaged = [.. corpus.Bytes];
            for (int value = 0; value < 256; value++)
            {
                damaged[position] = (byte)value;
                Interlocked.Increment(ref outcomes[(int)Read(corpus, damaged, position)]);
            }
        });
        Assert.Equal(corpus.Length * 256, outcomes.Sum());
        Assert.All(outcomes, count => Assert.NotEqual(0, count));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void End_at_any_byte_delivers_the_exact_prefix(string side)
    {
        StreamCorpus corpus = s_corpora[side];
        for (int end = 0; end <= corpus.Length; end++)
        {
            TryReadShape tryRead = corpus.NewReader();
            int start = 0, count = 0;
            while (tryRead(corpus.Bytes.AsSpan(start, end - start), out _, out int consumed, out _))
            {
                start += consumed;
                count++;
            }

            Assert.Equal(corpus.CountUpTo(end), count);
        }
    }

    private enum Outcome
    {
        ReadToTheEnd,
        Waits,
        Refused,
    }

    // From the operation before the damaged one, because a parser remembers no more than the last one.
    private static Outcome Read(StreamCorpus corpus, byte[] damaged, int position)
    {
        int index = Math.Max(0, corpus.CountUpTo(position) - 1);
        int start = index == 0 ? 0 : corpus.Operations[index - 1].End;
        int undamaged = 0;
        TryReadShape tryRead = corpus.NewReader();
        while (start < damaged.Length)
        {
            int consumed, needed;
            OperationShape shape;
            try
            {
                if (!tryRead(damaged.AsSpan(start), out shape, out consumed, out needed))
                {
                    Assert.InRange(needed, damaged.Length - start + 1, Longest + LongestLine);
                    return Outcome.Waits;
                }
            }
            catch (NatsProtocolViolationException e)
            {
                Assert.InRange(e.Excerpt.Length, 0, 64);
                return Outcome.Refused;
            }

            Assert.InRange(consumed, 1, damaged.Length - start);
            int expected = corpus.CountUpTo(start);
            bool isUndamaged = start > position && start == (expected == 0 ? 0 : corpus.Operations[expected - 1].End);
            if (isUndamaged && (shape.Moved(start), start + consumed) != corpus.Operations[expected])
            {
                Assert.Fail($"Behind the damaged byte {position} the operation at {start} was read as {shape.Moved(start)}.");
            }

            start += consumed;
            undamaged += isUndamaged ? 1 : 0;
            if (undamaged == Enough)
            {
                break;
            }
        }

        return Outcome.ReadToTheEnd;
    }
}
