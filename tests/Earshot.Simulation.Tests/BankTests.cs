using Earshot.Simulation.Bank;
using Earshot.Simulation.Bank.Security;
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
    public void Every_guard_still_fits_to_the_source_and_names_a_rule_and_a_test_project()
    {
        string root = RepositoryRoot();
        IReadOnlyList<Defect> guards = DefectReader.ReadAll(Path.Combine(root, "tests/Earshot.Simulation/Bank/Guards"));

        Assert.Equal(guards.Count, guards.Select(guard => guard.Name).Distinct().Count());
        Assert.DoesNotContain(guards, guard => guard.Changes.Count == 0);
        Assert.All(guards, guard => Assert.Single(SecurityRules.All, rule => rule.IsBrokenBy(guard)));
        Assert.All(guards, guard => Assert.True(guard.Tests is { } tests && Directory.Exists(Path.Combine(root, "tests", tests.Project)), guard.Name));
        Assert.Empty(BankTree.Mismatches(root, guards));
    }

    [Fact]
    public void Every_security_rule_has_a_guard_or_a_reason_for_none()
    {
        IReadOnlyList<Defect> guards = DefectReader.ReadAll(Path.Combine(RepositoryRoot(), "tests/Earshot.Simulation/Bank/Guards"));

        Assert.Equal(Enumerable.Range(1, 24).Select(number => $"S{number}"), SecurityRules.All.Select(rule => rule.Id));
        Assert.All(SecurityRules.All, rule => Assert.NotEqual(rule.NoGuard is null, !guards.Any(rule.IsBrokenBy)));
    }

    [Fact]
    public void A_guard_is_read_with_the_tests_that_must_notice_it()
    {
        Defect guard = Assert.Single(DefectReader.Read(["== S1-guard", "It is not there.", "tests Earshot.Client.Tests -class *Canary", "-- src/A.cs", "if (a)", "---- becomes", "---- end"]));

        Assert.Equal("Earshot.Client.Tests", guard.Tests?.Project);
        Assert.Equal(["-class", "*Canary"], guard.Tests?.Arguments);
        Assert.Equal([new SourceChange("src/A.cs", "if (a)", "")], guard.Changes);
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
    public void A_defect_is_read_with_the_seeds_that_can_show_it()
    {
        Defect[] defects = [.. DefectReader.Read(["== first", "It is wrong.", "seeds names", "-- src/A.cs", "if (a)", "---- becomes", "---- end", "== second", "It is wrong as well."])];

        Assert.Equal(["names", null], defects.Select(defect => defect.Seeds));
        Assert.Equal([new SourceChange("src/A.cs", "if (a)", "")], defects[0].Changes);
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
