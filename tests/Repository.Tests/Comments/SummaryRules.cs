using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Repository.Tests.Rules;

namespace Repository.Tests.Comments;

/// <summary>The summary of a public or protected member of a package is a phrase of at least four words.</summary>
internal static class SummaryRules
{
    internal const string Name = "short-summary";
    internal const int FewestWords = 4;

    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> all)
    {
        IReadOnlyList<string> packages = CommentTrees.Packages(all);
        return
        [
            .. from file in all
               where file.IsCode && packages.Contains(file.Project)
               from member in CommentTrees.Parse(file).GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
               where IsVisible(member) && Summary(member) is not null
               let words = Words(Summary(member)!)
               where words.Count < FewestWords
               select new Violation(Name, file.Path, $"line {LineOf(member)}: \"{string.Join(' ', words)}\" has {words.Count} words, {FewestWords} are needed"),
        ];
    }

    private static XmlElementSyntax? Summary(MemberDeclarationSyntax member) =>
        CommentTrees.Comment(member)?.Content.OfType<XmlElementSyntax>().FirstOrDefault(element => element.StartTag.Name.ToString() == "summary");

    // A reference counts as one word, whatever it refers to.
    private static List<string> Words(XmlElementSyntax summary) =>
        [.. summary.Content.SelectMany(Text).SelectMany(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(word => word.Any(char.IsLetterOrDigit))];

    private static IEnumerable<string> Text(XmlNodeSyntax node) => node switch
    {
        XmlTextSyntax text => text.TextTokens.Select(token => token.ValueText),
        XmlElementSyntax element => element.Content.SelectMany(Text),
        XmlEmptyElementSyntax reference => [$"<{reference.Attributes.FirstOrDefault()}>".Replace(" ", "", StringComparison.Ordinal)],
        _ => [],
    };

    private static bool IsVisible(MemberDeclarationSyntax member) =>
        IsOpen(member) && member.Ancestors().OfType<BaseTypeDeclarationSyntax>().All(IsOpen);

    private static bool IsOpen(MemberDeclarationSyntax member) =>
        member is EnumMemberDeclarationSyntax
        || member.Modifiers.Any(SyntaxKind.PublicKeyword)
        || (member.Modifiers.Any(SyntaxKind.ProtectedKeyword) && !member.Modifiers.Any(SyntaxKind.PrivateKeyword))
        || (member.Parent is InterfaceDeclarationSyntax && member.Modifiers.Count == 0);

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
