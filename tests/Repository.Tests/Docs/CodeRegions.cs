using System.Text.RegularExpressions;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>The marked regions of the files that are compiled for the documentation; only their text, without its indentation.</summary>
internal static partial class CodeRegions
{
    private const string Begin = "// snippet: ";
    private const string End = "// end snippet";

    /// <summary>The regions by the text that counts, with the place each comes from.</summary>
    internal static IReadOnlyDictionary<string, string> All { get; } = Find();

    /// <summary>Text in which only words and their order count, because a page is indented otherwise than a file.</summary>
    internal static string Normalise(string code) => Blanks.Replace(code, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }

    private static Dictionary<string, string> Find()
    {
        var regions = new Dictionary<string, string>();
        foreach (SourceFile? file in RepositoryFiles.Code.Where(file => file.IsIn("samples") || file.IsIn("tests/Repository.Tests/Docs/Snippets") || file.IsIn("tests/Earshot.Server.Tests/Guide")))
        {
            foreach (string? part in file.Text.Split(Begin).Skip(1))
            {
                string name = part[..part.IndexOf('\n', StringComparison.Ordinal)].Trim();
                int end = part.IndexOf(End, StringComparison.Ordinal);
                Assert.True(end > 0, $"{file.Path}: the snippet '{name}' has no end");
                regions.TryAdd(Normalise(part[(name.Length + 1)..end]), $"{file.Path}: {name}");
            }
        }

        return regions;
    }
}
