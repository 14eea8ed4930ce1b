using Earshot.Cli.Journals;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>The longest common subsequence, compared with the textbook's table.</summary>
public sealed class AlignmentTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "")]
    [InlineData("abc", "abc")]
    [InlineData("abc", "xaybzc")]
    [InlineData("abcbdab", "bdcaba")]
    [InlineData("aaaa", "aa")]
    [InlineData("xay", "bab")]
    public void Pairs_are_equal_ascending_and_as_many_as_possible(string a, string b) => Check(a, b);

    [Fact]
    public void The_same_holds_for_generated_lists()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            string Text() => string.Concat(Enumerable.Range(0, random.Next(0, 24)).Select(_ => (char)('a' + random.Next(0, 4))));
            Check(Text(), Text());
        }
    }

    private static void Check(string a, string b)
    {
        IReadOnlyList<(int A, int B)> pairs = Alignment.Find(a.ToCharArray(), b.ToCharArray());
        Assert.All(pairs, pair => Assert.Equal(a[pair.A], b[pair.B]));
        Assert.All(pairs.Zip(pairs.Skip(1)), step => Assert.True(step.First.A < step.Second.A && step.First.B < step.Second.B));
        Assert.Equal(Longest(a, b), pairs.Count);
    }

    private static int Longest(string a, string b)
    {
        int[,] table = new int[a.Length + 1, b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        return table[a.Length, b.Length];
    }
}
