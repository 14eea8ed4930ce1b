using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests.Rules;

/// <summary>One text file of the repository, by its path from the root with forward slashes.</summary>
internal sealed class SourceFile(string path, string text)
{
    // Debug is what the tests build, and it has more code than Release.
    private static readonly CSharpParseOptions s_options =
        new(LanguageVersion.Latest, DocumentationMode.None, preprocessorSymbols: ["DEBUG", "NET", "NET10_0_OR_GREATER"]);

    private readonly Lazy<SyntaxTree> _tree = new(() => CSharpSyntaxTree.ParseText(text, s_options, path));

    internal string Path { get; } = path;

    internal string Text { get; } = text;

    internal SyntaxTree Tree => _tree.Value;

    internal SyntaxNode Root => Tree.GetRoot();

    internal bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    internal bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>The folder a file lies in, "src/Earshot.Client/Events/Catalogue" for example.</summary>
    internal string Folder => Path[..Math.Max(0, Path.LastIndexOf('/'))];

    /// <summary>"Earshot.Client" for everything under src/Earshot.Client; empty outside of src.</summary>
    internal string Project => IsIn("src") ? Path.Split('/')[1] : "";

    /// <summary>The folder directly under the project, which sub-folders belong to; empty for the project's root.</summary>
    internal string TopFolder => Path.Split('/') is { Length: > 3 } parts ? parts[2] : "";

    internal int LineCount => Text.AsSpan().Count('\n') + (Text.Length == 0 || Text[^1] == '\n' ? 0 : 1);

    public override string ToString() => Path;
}
