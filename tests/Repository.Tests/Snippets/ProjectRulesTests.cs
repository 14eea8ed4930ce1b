using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>References up the graph, projects outside of it, and versions that are not exact.</summary>
public sealed class ProjectRulesTests
{
    [Theory]
    [InlineData("Earshot.Client", "Earshot.Protocol")]
    [InlineData("Earshot.KeyValueStore", "Earshot.JetStream")]
    [InlineData("Earshot.KeyValueStore", "Earshot.Client")]
    [InlineData("Earshot.Cli", "Earshot.Protocol")]
    public void A_reference_down_the_graph_is_fine(string from, string to) =>
        Assert.Empty(ProjectRules.CheckGraph([Project(from, to)]));

    [Theory]
    [InlineData("Earshot.Protocol", "Earshot.Client")]
    [InlineData("Earshot.Client", "Earshot.Server")]
    [InlineData("Earshot.Server", "Earshot.Client")]
    [InlineData("Earshot.KeyValueStore", "Earshot.ObjectStore")]
    [InlineData("Earshot.Hosting", "Earshot.JetStream")]
    [InlineData("Earshot.Cli", "Earshot.Testing")]
    public void Any_other_reference_is_a_violation(string from, string to) =>
        Snippet.Found(
            ProjectRules.CheckGraph([Project(from, to)]), ProjectRules.Graph, $"src/{from}/{from}.csproj", $"references {to}");

    [Fact]
    public void A_project_outside_of_the_graph_is_a_violation() =>
        Assert.Single(ProjectRules.CheckGraph([Project("Earshot.Extras", "Earshot.Client")]));

    [Theory]
    [InlineData("1.2.3", 0)]
    [InlineData("1.2.3-beta.1", 0)]
    [InlineData("1.2.*", 1)]
    [InlineData("[1.2.3,2.0.0)", 1)]
    [InlineData("1.2", 1)]
    [InlineData("$(SomeVersion)", 1)]
    public void A_package_version_is_exact(string version, int violations) =>
        Assert.Equal(violations, ProjectRules.CheckVersions([new SourceFile(
            "Directory.Packages.props", $"<Project><PackageVersion Include=\"A\" Version=\"{version}\" /></Project>")]).Count);

    [Theory]
    [InlineData("Version")]
    [InlineData("VersionOverride")]
    public void A_project_with_a_version_of_its_own_is_a_violation(string attribute) =>
        Assert.Single(ProjectRules.CheckVersions([new SourceFile(
            "tests/A/A.csproj", $"<Project><PackageReference Include=\"A\" {attribute}=\"1.0.0\" /></Project>")]));

    private static SourceFile Project(string from, string to) =>
        new($"src/{from}/{from}.csproj", $"<Project><ProjectReference Include=\"../{to}/{to}.csproj\" /></Project>");
}
