using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules;

/// <summary>A default has one home, the public options; internal records of options get every value from there.</summary>
internal static class OptionRules
{
    internal const string Default = "option-default";

    internal static IReadOnlyList<Violation> CheckDefaults(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            where file.Project == "Earshot.Client"
            from type in file.Root.DescendantNodes().OfType<RecordDeclarationSyntax>()
            where type.Identifier.Text.EndsWith("Options", StringComparison.Ordinal) && !type.Modifiers.Any(SyntaxKind.PublicKeyword)
            from property in type.Members.OfType<PropertyDeclarationSyntax>()
            where property.Initializer is not null && property.AccessorList is not null
            select new Violation(Default, type.Identifier.Text, $"{property.Identifier.Text} has a default of its own; make it required")];
}
