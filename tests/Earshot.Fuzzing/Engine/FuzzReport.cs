using System.Globalization;

namespace Earshot.Fuzzing.Engine;

/// <summary>What came of one target.</summary>
internal sealed record FuzzReport(string Target, long Executions, TimeSpan Duration, int Corpus, int Found, int Edges)
{
    /// <summary>The input that failed; null: none did.</summary>
    public byte[]? Failing { get; init; }

    public Exception? Failure { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Target,-20} {Executions,12:N0} executions {Executions / Math.Max(Duration.TotalSeconds, 0.001),10:N0}/s   corpus {Corpus,4} + {Found,4}   edges {Edges,5:N0}");
}
