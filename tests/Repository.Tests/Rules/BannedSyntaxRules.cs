using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules;

/// <summary>Language constructs, calls and names this repository does without.</summary>
internal static class BannedSyntaxRules
{
    internal const string Construct = "construct";
    internal const string Partial = "partial";
    internal const string TypeName = "type-name";
    internal const string DisabledTest = "disabled-test";

    private static readonly string[] s_suffixes =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Processor", "Wrapper", "Impl", "Data"];

    private static readonly HashSet<string> s_generators =
        ["LoggerMessage", "JsonSerializable", "GeneratedRegex", "LibraryImport"];

    internal static IReadOnlyList<Violation> CheckConstructs(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            from node in file.Root.DescendantNodes(descendIntoTrivia: true)
            let what = Describe(file, node)
            where what is not null
            select new Violation(Construct, file.Path, $"{what} in line {Line(node)}")];

    /// <summary>A type is partial only where a generator writes the other part.</summary>
    internal static IReadOnlyList<Violation> CheckPartial(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            from type in file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type.Modifiers.Any(SyntaxKind.PartialKeyword) && !HasGeneratedPart(type)
            select new Violation(Partial, file.Path, $"{type.Identifier.Text} is partial, and no generator writes a part of it")];

    internal static IReadOnlyList<Violation> CheckNames(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            from type in file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            let suffix = s_suffixes.FirstOrDefault(suffix => type.Identifier.Text.EndsWith(suffix, StringComparison.Ordinal))
            where suffix is not null
            select new Violation(TypeName, file.Path, $"{type.Identifier.Text} ends in {suffix}, which says nothing")];

    /// <summary>
    /// A test that a normal run leaves out looks like a passed one to most readers. The explicit half of a test that starts a process for it is run
    /// by that test: its name begins with <c>Child_</c>, and another method names it.
    /// </summary>
    internal static IReadOnlyList<Violation> CheckDisabledTests(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            from argument in file.Root.DescendantNodes().OfType<AttributeArgumentSyntax>()
            let name = argument.NameEquals?.Name.Identifier.Text
            where name is "Skip" or "SkipWhen" or "SkipUnless" || (name == "Explicit" && !IsStartedByAnother(file, argument))
            select new Violation(DisabledTest, file.Path, $"a test with {name} in line {Line(argument)}")];

    private static bool IsStartedByAnother(SourceFile file, AttributeArgumentSyntax argument) =>
        argument.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.Identifier.Text is { } test
        && test.StartsWith("Child_", StringComparison.Ordinal)
        && file.Root.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.ToString() == $"nameof({test})");

    private static string? Describe(SourceFile file, SyntaxNode node) => node switch
    {
        RegionDirectiveTriviaSyntax => "#region",
        GotoStatementSyntax => "goto",
        MethodDeclarationSyntax method when IsAsyncVoid(method.Modifiers, method.ReturnType) => "async void",
        LocalFunctionStatementSyntax method when IsAsyncVoid(method.Modifiers, method.ReturnType) => "async void",
        ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax { Expression: var called } } }
            when LastName(called) is "SubscribeCoreAsync" => "a subscription that nothing holds and that is therefore collected,",
        MemberAccessExpressionSyntax call when Calls(call, "Thread", "Sleep") => "Thread.Sleep",
        MemberAccessExpressionSyntax call when file.Project.Length > 0 && Calls(call, "Task", "Run") => "Task.Run",
        _ => null,
    };

    private static bool IsAsyncVoid(SyntaxTokenList modifiers, TypeSyntax returns) =>
        modifiers.Any(SyntaxKind.AsyncKeyword)
        && returns is PredefinedTypeSyntax type && type.Keyword.IsKind(SyntaxKind.VoidKeyword);

    private static bool Calls(MemberAccessExpressionSyntax call, string type, string method) =>
        call.Name.Identifier.Text == method
        && call.Expression is SimpleNameSyntax { Identifier.Text: var simple } && simple == type
        || call.Name.Identifier.Text == method
        && call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: var qualified } && qualified == type;

    private static string? LastName(ExpressionSyntax called) =>
        (called as MemberAccessExpressionSyntax)?.Name.Identifier.Text ?? (called as SimpleNameSyntax)?.Identifier.Text;

    // A type that contains a generated type has to be partial as well.
    private static bool HasGeneratedPart(TypeDeclarationSyntax type) =>
        type.DescendantNodesAndSelf().OfType<AttributeSyntax>()
            .Where(attribute => attribute.Parent?.Parent is TypeDeclarationSyntax or MethodDeclarationSyntax or PropertyDeclarationSyntax)
            .Any(attribute => s_generators.Contains(LastName(attribute.Name)));

    private static string LastName(NameSyntax name)
    {
        string text = (name is QualifiedNameSyntax qualified ? qualified.Right : name).ToString();
        return text.EndsWith("Attribute", StringComparison.Ordinal) ? text[..^"Attribute".Length] : text;
    }

    private static int Line(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
}
