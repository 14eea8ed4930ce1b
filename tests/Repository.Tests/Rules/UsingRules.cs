using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules;

/// <summary>The order of using lines that .editorconfig asks for, which no build checks: <c>dotnet format</c> would, and takes minutes for it.</summary>
/// <remarks>Namespaces, then types (<c>using static</c>), both with those of System first, then aliases; each by name, without regard to upper and lower case.</remarks>
internal static class UsingRules
{
    internal const string Order = "using-order";

    internal static IReadOnlyList<Violation> CheckOrder(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            from lines in Blocks(file)
            from pair in lines.Zip(lines.Skip(1))
            where Compare(pair.First, pair.Second) > 0
            select new Violation(Order, file.Path, $"'{pair.Second.ToString().Trim()}' belongs before '{pair.First.ToString().Trim()}'")];

    // Lines between directives like #if are in the order of their own block.
    private static IEnumerable<List<UsingDirectiveSyntax>> Blocks(SourceFile file)
    {
        List<UsingDirectiveSyntax> block = [];
        foreach (UsingDirectiveSyntax line in ((CompilationUnitSyntax)file.Root).Usings)
        {
            if (line.GetLeadingTrivia().Any(trivia => trivia.IsDirective))
            {
                yield return block;
                block = [];
            }

            block.Add(line);
        }

        yield return block;
    }

    private static int Compare(UsingDirectiveSyntax left, UsingDirectiveSyntax right)
    {
        int byKind = Kind(left).CompareTo(Kind(right));
        return byKind != 0 ? byKind : CompareNames(Name(left), Name(right));
    }

    private static int Kind(UsingDirectiveSyntax line)
    {
        bool isGlobal = line.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword);
        bool isSystem = Name(line) is "System" || Name(line).StartsWith("System.", StringComparison.Ordinal);
        int kind = line.Alias is not null ? 4
            : (line.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) ? 2 : 0) + (isSystem ? 0 : 1);
        return isGlobal ? kind - 10 : kind;
    }

    private static string Name(UsingDirectiveSyntax line) =>
        line.Alias is { } alias ? alias.Name.Identifier.Text : line.NamespaceOrType.ToString();

    // Part by part, so that "A.B" stands before "AB.A".
    private static int CompareNames(string left, string right)
    {
        string[] lefts = left.Split('.');
        string[] rights = right.Split('.');
        int byPart = lefts.Zip(rights, StringComparer.OrdinalIgnoreCase.Compare).FirstOrDefault(order => order != 0);
        return byPart != 0 ? byPart : lefts.Length - rights.Length;
    }
}
