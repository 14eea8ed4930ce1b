using Earshot.Simulation.Bank;
using Xunit;

namespace Earshot.Simulation.Tests;

public sealed class BankTests
{
    private static readonly string[] s_defect =
    [
        "== first",
        "It is wrong.",
        "-- src/A.cs",
        "if (a)",
        "---- becomes",
        "if (b)",
        "---- end",
        "-- src/B.cs",
        "one",
        "two",
        "---- becomes",
        "---- end",
        "",
        "== second",
        "It is wrong as well.",
    ];

    [Fact]
    public void Every_defect_still_fits_to_the_source()
    {
        string root = RepositoryRoot();
        IReadOnlyList<Defect> defects = DefectReader.ReadAll(Path.Combine(root, "tests/Earshot.Simulation/Bank/Defects"));

        Assert.True(defects.Count >= 40, $"{defects.Count} defects");
        Assert.Equal(defects.Count, defects.Select(defect => defect.Name).Distinct().Count());
        Assert.DoesNotContain(defects, defect => defect.Changes.Count == 0);
        Assert.Empty(BankTree.Mismatches(root, defects));
    }

    [Fact]
    public void A_defect_is_read_with_all_its_changes()
    {
        Defect[] defects = [.. DefectReader.Read(s_defect)];

        Assert.Equal(["first", "second"], defects.Select(defect => defect.Name));
        Assert.Equal("It is wrong.", defects[0].Description);
        Assert.Equal([new SourceChange("src/A.cs", "if (a)", "if (b)"), new SourceChange("src/B.cs", "one\ntwo", "")], defects[0].Changes);
    }

    [Fact]
    public void A_text_that_the_source_does_not_have_is_a_mismatch()
    {
        var defect = new Defect("wrong", "It does not fit.", [new SourceChange("README.md", "no file has this text", "")]);

        Assert.Single(BankTree.Mismatches(RepositoryRoot(), [defect]));
    }

    private static string RepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory!, "Earshot.slnx")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory!;
    }
}
