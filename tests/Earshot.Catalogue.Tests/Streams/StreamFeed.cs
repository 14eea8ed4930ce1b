using Xunit;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>Feeds a stream to its parser in pieces, and fails where the operations are not those of the corpus.</summary>
internal static class StreamFeed
{
    /// <param name="corpus">The stream.</param>
    /// <param name="cuts">How many bytes have arrived after each piece but the last, rising.</param>
    /// <remarks>After each piece exactly the complete operations must have been read, so an end there delivers the exact prefix.</remarks>
    public static void Check(StreamCorpus corpus, ReadOnlySpan<int> cuts)
    {
        TryReadShape tryRead = corpus.NewReader();
        int start = 0, index = 0, needed = 1;
        for (int piece = 0; piece <= cuts.Length; piece++)
        {
            int arrived = piece < cuts.Length ? cuts[piece] : corpus.Length;
            while (arrived - start >= needed && tryRead(corpus.Bytes.AsSpan(start, arrived - start), out OperationShape shape, out int consumed, out needed))
            {
                (OperationShape expected, int end) = corpus.Operations[index];
                if (shape.Moved(start) != expected || start + consumed != end)
                {
                    Assert.Fail($"Operation {index} at {start} was read as {shape.Moved(start)} to {start + consumed}; it is {expected} to {end}. Pieces end at {string.Join(',', cuts.ToArray())}.");
                }

                (start, needed) = (end, 1);
                index++;
            }

            AssertProgress(corpus, index, start, needed, arrived);
        }

        Assert.Equal(corpus.Operations.Length, index);
    }

    // A parser that asks for less than one more byte would be called endlessly, one that asks for more than the operation would wait for the next one.
    private static void AssertProgress(StreamCorpus corpus, int index, int start, int needed, int arrived)
    {
        if (start == arrived)
        {
            return;
        }

        int end = corpus.Operations[index].End;
        if (end <= arrived || start + needed <= arrived || start + needed > end)
        {
            Assert.Fail($"With {arrived} bytes the operation from {start} to {end} was not read, and {needed} bytes are requested.");
        }
    }
}
