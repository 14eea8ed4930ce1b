using System.CommandLine;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary>The guide of the fleet has every verb, and every option that is about streams.</summary>
public sealed class FleetGuideTests
{
    private static readonly ToolHost s_host = new() { Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null };

    [Fact]
    public void Guide_and_table_have_every_verb()
    {
        string guide = Read("fleet.md"), table = Read("tool.md");
        Assert.All(Fleet().Subcommands, verb =>
        {
            Assert.Contains($"earshot fleet {verb.Name}", guide, StringComparison.Ordinal);
            Assert.Contains($"`fleet {verb.Name}`", table, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Guide_has_every_option_of_watch_and_of_streams()
    {
        string guide = Read("fleet.md");
        Command watch = Fleet().Subcommands.Single(verb => verb.Name == "watch"), rtt = EarshotTool.CreateRoot(s_host).Subcommands.Single(verb => verb.Name == "rtt");
        string[] own = [.. watch.Options.Select(option => option.Name).Except(rtt.Options.Select(option => option.Name)), "--streams"];
        Assert.Superset(new HashSet<string> { "--since", "--until-incident", "--for", "--inbox-prefix" }, new HashSet<string>(own));
        Assert.All(own, option => Assert.Contains($"{option}", guide, StringComparison.Ordinal));
    }

    private static Command Fleet() => EarshotTool.CreateRoot(s_host).Subcommands.Single(verb => verb.Name == "fleet");

    private static string Read(string page) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "guides", page));
}
