using System.Text.RegularExpressions;

namespace Repository.Tests.Rules;

/// <summary>Texts that no file may contain: folders of a developer's machine and addresses of package registries.</summary>
internal static partial class TextRules
{
    internal const string Name = "text";

    // Written in pieces, so that this file does not break its own rule.
    private static readonly string[] s_hosts =
    [
        "nuget" + ".org", "debian" + ".org", "ubuntu" + ".com", "npmjs" + ".org", "pypi" + ".org", "golang" + ".org",
        "pkg" + ".dev", "yarnpkg" + ".com", "crates" + ".io", "fedoraproject" + ".org",
    ];

    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> files) =>
        [.. files.SelectMany(CheckFile)];

    [GeneratedRegex(@"(?<![\w.<>}*-])/(?:work|root|home/\w+|Users/\w+)/")]
    private static partial Regex MachinePath { get; }

    private static IEnumerable<Violation> CheckFile(SourceFile file)
    {
        foreach (string? host in s_hosts.Where(host => file.Text.Contains(host, StringComparison.OrdinalIgnoreCase)))
        {
            yield return new Violation(Name, file.Path, $"names the package host {host}");
        }

        foreach (string? path in MachinePath.Matches(file.Text).Select(match => match.Value).Distinct())
        {
            yield return new Violation(Name, file.Path, $"names a folder of one machine: {path}");
        }
    }
}
