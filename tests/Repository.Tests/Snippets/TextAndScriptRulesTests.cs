using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>Text that must not be committed, and scripts that cannot be trusted.</summary>
public sealed class TextAndScriptRulesTests
{
    private const string Good = "#!/usr/bin/env bash\nset -euo pipefail\necho done\n";

    [Theory]
    [InlineData("see /wo" + "rk/notes.md")]
    [InlineData("/ro" + "ot/.nuget")]
    [InlineData("\"/ho" + "me/jane/earshot\"")]
    [InlineData("from api.nuget" + ".org")]
    [InlineData("http://deb.Debian" + ".org/")]
    public void A_folder_of_one_machine_or_a_package_host_is_found(string text) =>
        Snippet.Found(TextRules.Check([new SourceFile("docs/a.md", text)]), TextRules.Name, "docs/a.md", "names");

    [Theory]
    [InlineData("docs/wo" + "rk/notes.md and ./root/a and $root/wo" + "rk/b")]
    [InlineData("${root}/wo" + "rk/x")]
    [InlineData("/etc/os-release")]
    public void A_path_inside_the_repository_or_of_every_system_is_fine(string text) =>
        Assert.Empty(TextRules.Check([new SourceFile("docs/a.md", text)]));

    [Theory]
    [InlineData(Good, true, "")]
    [InlineData(Good, false, "not executable")]
    [InlineData("#!/usr/bin/env bash\necho done\n", true, "first error")]
    [InlineData(Good + "echo a\r\n", true, "carriage returns")]
    [InlineData(Good + "if true; then\n", true, "does not parse")]
    [InlineData("# shellcheck shell=bash\necho sourced\n", false, "")]
    [InlineData("# shellcheck shell=bash\nif true; then\n", false, "does not parse")]
    [InlineData("no script at all (", false, "")]
    public async Task A_script_is_executable_parses_and_stops_at_the_first_error(string text, bool executable, string what)
    {
        IReadOnlyList<Violation> violations = await ScriptRules.CheckAsync(
            [new SourceFile("eng/x", text)], _ => executable, TestContext.Current.CancellationToken);
        Assert.Equal(what.Length == 0, violations.Count == 0);
        Assert.All(violations, violation => Assert.Contains(what, violation.What, StringComparison.Ordinal));
    }
}
