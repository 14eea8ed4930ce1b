using Xunit;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>P88 and P90: a stream in any pieces is the same operations, and after each piece exactly the complete ones were read.</summary>
public sealed class SplitTests
{
    private const int Size = 64 * 1024;
    private const int RegularRounds = 10_000;
    private const int MostPieces = 64;

    private static readonly Dictionary<string, StreamCorpus> s_corpora = new() { ["server"] = Corpora.Server(Size), ["client"] = Corpora.Client(Size) };

    public static TheoryData<string> Sides => [.. s_corpora.Keys];

    [Theory]
    [MemberData(nameof(Sides))]
    public void Corpus_is_read_the_same_in_any_two_pieces(string side)
    {
        StreamCorpus corpus = s_corpora[side];
        Assert.True(corpus.Length >= Size && corpus.Operations.Length > 200);
        Parallel.For(0, corpus.Length + 1, cut => StreamFeed.Check(corpus, [cut]));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void Corpus_is_read_the_same_byte_by_byte(string side)
    {
        StreamCorpus corpus = s_corpora[side];
        StreamFeed.Check(corpus, [.. Enumerable.Range(1, corpus.Length)]);
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void Corpus_is_read_the_same_in_random_pieces(string side) => CheckRandomPieces(s_corpora[side], RegularRounds);

    [Theory]
    [Trait("Duration", "Long")]
    [MemberData(nameof(Sides))]
    public void Corpus_is_read_the_same_in_a_million_random_pieces(string side) => CheckRandomPieces(s_corpora[side], 500_000);

    private static void CheckRandomPieces(StreamCorpus corpus, int rounds) => Parallel.For(0, rounds, round =>
    {
        var random = new Random(round);
        int[] cuts = new int[random.Next(2, MostPieces)];
        for (int i = 0; i < cuts.Length; i++)
        {
            cuts[i] = random.Next(corpus.Length + 1);
        }

        Array.Sort(cuts);
        StreamFeed.Check(corpus, cuts);
    });
}
