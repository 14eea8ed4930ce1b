using Xunit;

namespace Earshot.Catalogue.Tests.Bytes;

/// <summary>P01 to P98 of the specification: what a server may send, and what must come of it.</summary>
public sealed class ByteCatalogueTests
{
    private static readonly Dictionary<string, ByteRow> s_rows = ByteCatalogue.All.ToDictionary(row => row.Key);

    public static TheoryData<string> Rows => [.. s_rows.Values.Where(row => row.Elsewhere is null).Select(row => row.Key)];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_behaves_as_specified(string row) => ByteCatalogue.RunAsync(s_rows[row]);

    [Fact]
    public void No_row_is_missing()
    {
        Assert.Equal(Enumerable.Range(1, ByteCatalogue.Numbers).Select(number => $"P{number:00}"), s_rows.Values.Select(row => row.Id).Distinct().Order(StringComparer.Ordinal));
        string[] different = [.. s_rows.Values.Where(row => row.Difference.Length > 0).Select(row => row.Id).Distinct()];
        Console.WriteLine($"ByteCatalogue: {ByteCatalogue.Numbers} numbers, {s_rows.Count} rows, {s_rows.Values.Count(row => row.Elsewhere is not null)} of them in other tests; {different.Length} numbers differ from the specification: {string.Join(' ', different)}");
    }

    [Fact]
    public void Rows_that_another_test_runs_name_a_test_that_exists() =>
        Assert.All(s_rows.Values.Select(row => row.Elsewhere).OfType<(string File, string Test)>(), proof => OtherTest.AssertExists(proof.File, proof.Test));
}
