using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Repository.Tests.Rules;
using Repository.Tests.Rules.Layers;

namespace Repository.Tests.Comments;

/// <summary>The documentation of a façade's methods names every exception type that they throw.</summary>
internal static class ExceptionRules
{
    internal const string Name = "undocumented-exception";

    // These may be documented by their base type: the message names the wrong argument, and callers do not distinguish kinds of cancellation.
    private static readonly string[] s_families = ["ArgumentException", "NatsInvalidArgumentException", "OperationCanceledException"];
    private static readonly string[] s_general = ["Exception", "SystemException"];

    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> code, IReadOnlyList<string> facades, IReadOnlyList<Unseen> unseen, IReadOnlyList<NotThrown> notThrown)
    {
        CSharpCompilation compilation = Compile(code);
        var thrown = new ThrownExceptions(compilation, unseen, contract => facades.Contains(contract.Name));
        var violations = new List<Violation>();
        var excused = new HashSet<NotThrown>();
        foreach (INamedTypeSymbol type in facades.SelectMany(name => compilation.GetSymbolsWithName(name, SymbolFilter.Type)).OfType<INamedTypeSymbol>())
        {
            foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>().Where(IsChecked))
            {
                HashSet<string> named = Named(method, compilation, []);
                violations.AddRange(
                    from exception in thrown.Of(method).Concat(Cancelled(method, compilation))
                    where !IsNamed(exception.Type, named)
                    where !IsExcused(method, exception.Type, notThrown, excused)
                    let how = s_general.Contains(exception.Type.Name)
                        ? "of a type that its code does not show (enter the member in UnseenExceptions)"
                        : "without naming it in <exception>"
                    select new Violation(Name, $"{type.Name}.{ShortName(method)}", $"throws {exception.Type.Name} of {exception.Origin} {how}"));
            }
        }

        violations.AddRange(unseen.Where(entry => !thrown.Used.Contains(entry.Member)).Select(entry => new Violation(Name, entry.Member, "is listed in UnseenExceptions, and no façade reaches it")));
        violations.AddRange(unseen.Where(entry => string.IsNullOrWhiteSpace(entry.Reason)).Select(entry => new Violation(Name, entry.Member, "is listed in UnseenExceptions without a reason")));
        violations.AddRange(notThrown.Where(entry => !excused.Contains(entry)).Select(entry => new Violation(Name, entry.Method, $"is excused from {entry.Exception}, which the analysis does not find")));
        violations.AddRange(notThrown.Where(entry => string.IsNullOrWhiteSpace(entry.Reason)).Select(entry => new Violation(Name, entry.Method, $"is excused from {entry.Exception} without a reason")));
        return [.. violations.Distinct()];
    }

    private static CSharpCompilation Compile(IReadOnlyList<SourceFile> code)
    {
        CSharpCompilation compilation = BoundNames.Compile(code.Where(file => file.Project.Length > 0));
        return compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Select(tree => CommentTrees.Parse(new SourceFile(tree.FilePath, tree.ToString()))));
    }

    private static bool IsChecked(IMethodSymbol method) =>
        method.DeclaredAccessibility == Accessibility.Public
        && method.MethodKind is MethodKind.Ordinary or MethodKind.Constructor
        && CommentTrees.Declaration(method) is BaseMethodDeclarationSyntax;

    // The token of a method is passed to a wait further down, where no throw statement is visible.
    private static IEnumerable<(INamedTypeSymbol Type, string Origin)> Cancelled(IMethodSymbol method, CSharpCompilation compilation) =>
        method.ReturnType.Name is "Task" or "ValueTask" && method.Parameters.Any(parameter => parameter.Type.Name == "CancellationToken")
            ? [(compilation.GetTypeByMetadataName("System.OperationCanceledException")!, "its cancellation token")]
            : [];

    private static bool IsExcused(IMethodSymbol method, INamedTypeSymbol exception, IReadOnlyList<NotThrown> notThrown, HashSet<NotThrown> used)
    {
        NotThrown? entry = notThrown.FirstOrDefault(entry => entry.Method == ShortName(method) && entry.Exception == exception.Name);
        if (entry is not null)
        {
            used.Add(entry);
        }

        return entry is not null;
    }

    private static bool IsNamed(INamedTypeSymbol type, HashSet<string> named)
    {
        if (named.Contains(type.Name))
        {
            return !s_general.Contains(type.Name);
        }

        for (INamedTypeSymbol? level = type.BaseType; level is not null; level = level.BaseType)
        {
            if (s_families.Contains(level.Name) && named.Contains(level.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<string> Named(IMethodSymbol method, CSharpCompilation compilation, HashSet<ISymbol> seen)
    {
        DocumentationCommentTriviaSyntax? comment = CommentTrees.Declaration(method) is { } declaration && seen.Add(method) ? CommentTrees.Comment(declaration) : null;
        HashSet<string> names = [.. Tags(comment, "exception").Select(tag => tag.Attributes.OfType<XmlCrefAttributeSyntax>().FirstOrDefault()?.Cref.ToString().Split('.', '{')[^1] ?? "")];
        foreach ((_, SyntaxList<XmlAttributeSyntax> attributes) in Tags(comment, "inheritdoc"))
        {
            CrefSyntax? cref = attributes.OfType<XmlCrefAttributeSyntax>().FirstOrDefault()?.Cref;
            IEnumerable<IMethodSymbol> sources = cref is null ? Inherited(method) : [.. new[] { compilation.GetSemanticModel(comment!.SyntaxTree).GetSymbolInfo(cref).Symbol }.OfType<IMethodSymbol>()];
            names.UnionWith(sources.SelectMany(source => Named(source.OriginalDefinition, compilation, seen)));
        }

        return names;
    }

    private static IEnumerable<(string Name, SyntaxList<XmlAttributeSyntax> Attributes)> Tags(DocumentationCommentTriviaSyntax? comment, string name) =>
        from node in comment?.Content ?? []
        let tag = node switch
        {
            XmlElementSyntax element => (Name: element.StartTag.Name.ToString(), element.StartTag.Attributes),
            XmlEmptyElementSyntax element => (Name: element.Name.ToString(), element.Attributes),
            _ => (Name: "", Attributes: default(SyntaxList<XmlAttributeSyntax>)),
        }
        where tag.Name == name
        select tag;

    private static IEnumerable<IMethodSymbol> Inherited(IMethodSymbol method) =>
        method.OverriddenMethod is { } overridden
            ? [overridden]
            : method.ContainingType.AllInterfaces.SelectMany(contract => contract.GetMembers(method.Name).OfType<IMethodSymbol>())
                .Where(member => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));

    private static string ShortName(IMethodSymbol method) =>
        $"{(method.MethodKind == MethodKind.Constructor ? "ctor" : method.Name)}({string.Join(", ", method.Parameters.Select(parameter => parameter.Type.Name))})";
}
