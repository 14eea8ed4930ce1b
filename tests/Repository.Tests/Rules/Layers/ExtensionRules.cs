using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests.Rules.Layers;

/// <summary>
/// An extension may use only those internals of the core, and of another extension, that are marked <c>[ForExtensions]</c>. The core refers neither to types of its
/// extensions nor to the prefix of JetStream's subjects.
/// </summary>
internal static class ExtensionRules
{
    internal const string EntryPoint = "extension-entry-point";
    internal const string Core = "core-without-extensions";
    private const string Mark = "ForExtensionsAttribute";

    private static readonly string[] s_core = ["Earshot.Protocol", "Earshot.Client"];
    private static readonly string[] s_extensions = ["Earshot.JetStream", "Earshot.JetStream.ConsumerGroups", "Earshot.KeyValueStore", "Earshot.ObjectStore", "Earshot.Services", "Earshot.Hosting", "Earshot.OpenTelemetry", "Earshot.Fleet", "Earshot.Dashboard"];

    internal static IReadOnlyList<Violation> CheckEntryPoint(IReadOnlyList<SourceFile> code, string project) =>
        [.. from use in Uses(code, [project])
            where use.ToProject is { } to && to != project && (s_core.Contains(to) || s_extensions.Contains(to)) && !IsPublic(use.Symbol) && !IsMarked(use.Symbol)
            select new Violation(EntryPoint, use.From.Path, $"names {Show(use.Symbol)} of {use.ToProject}, which is not marked for extensions")];

    internal static IReadOnlyList<Violation> CheckCore(IReadOnlyList<SourceFile> code) =>
    [
        .. from use in Uses(code, s_core)
           where use.ToProject is { } to && s_extensions.Contains(to)
           select new Violation(Core, use.From.Path, $"names {Show(use.Symbol)} of {use.ToProject}"),
        .. from file in code
           where s_core.Contains(file.Project)
           from token in file.Root.DescendantTokens()
           where IsText(token) && token.Text.Contains("$JS", StringComparison.Ordinal)
           select new Violation(Core, file.Path, $"has the text {token.Text}"),
    ];

    private static IEnumerable<(SourceFile From, ISymbol Symbol, string? ToProject)> Uses(IReadOnlyList<SourceFile> code, string[] projects)
    {
        var names = BoundNames.Of(code);
        return
            from file in names.Files.Values
            where projects.Contains(file.Project)
            from symbol in names.In(file)
            where symbol is INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
            select (file, symbol, ProjectOf(symbol, names.Files));
    }

    private static string? ProjectOf(ISymbol symbol, Dictionary<string, SourceFile> files) =>
        symbol.DeclaringSyntaxReferences
            .Concat(symbol.ContainingType?.DeclaringSyntaxReferences ?? []) // what a record declares by itself has no place of its own
            .Select(reference => files.GetValueOrDefault(reference.SyntaxTree.FilePath)?.Project)
            .FirstOrDefault(project => project is not null);

    private static bool IsPublic(ISymbol symbol)
    {
        for (ISymbol? level = symbol; level is not null and not INamespaceSymbol; level = level.ContainingType)
        {
            if (!IsOpen(level))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOpen(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    // A type is marked itself, or named because one of its members is; a member is marked itself, or is an open one of a marked type.
    private static bool IsMarked(ISymbol symbol) =>
        HasMark(symbol)
        || (symbol is INamedTypeSymbol type
            ? type.GetMembers().Any(HasMark) || (IsOpen(type) && type.ContainingType is { } outer && HasMark(outer))
            : IsOpen(symbol) && symbol.ContainingType is { } owner && HasMark(owner));

    private static bool HasMark(ISymbol symbol) => symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == Mark);

    private static bool IsText(SyntaxToken token) =>
        token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.Utf8StringLiteralToken)
        || token.IsKind(SyntaxKind.InterpolatedStringTextToken) || token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken)
        || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken) || token.IsKind(SyntaxKind.Utf8MultiLineRawStringLiteralToken)
        || token.IsKind(SyntaxKind.Utf8SingleLineRawStringLiteralToken);

    private static string Show(ISymbol symbol) => symbol is INamedTypeSymbol ? symbol.Name : $"{symbol.ContainingType?.Name}.{symbol.Name}";
}
