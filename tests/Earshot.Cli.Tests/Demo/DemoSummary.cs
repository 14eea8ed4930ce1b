using System.Text.RegularExpressions;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The figures at the end of a demo.</summary>
internal static partial class DemoSummary
{
    [GeneratedRegex(@"messages +(\d+) published, (\d+) received, (\d+) of them replayed after an outage, (\d+) lost, (\d+) duplicated")]
    private static partial Regex Messages { get; }

    /// <summary>Every published message was received or is counted as lost, and none was received twice.</summary>
    internal static void AssertCounts(string summary)
    {
        Match figures = Messages.Match(summary);
        Assert.True(figures.Success, summary);
        int Figure(int group) => int.Parse(figures.Groups[group].ValueSpan, null);
        Assert.InRange(Figure(1), 100, 1_000_000);
        Assert.Equal(Figure(1), Figure(2) + Figure(4));
        Assert.InRange(Figure(3), 1, Figure(2));
        Assert.Equal(0, Figure(5));
    }
}
