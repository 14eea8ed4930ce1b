using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Repository.Tests.Rules;

namespace Repository.Tests.Comments;

/// <summary>The source files parsed with their documentation comments, which the trees of the other rules do not have.</summary>
internal static class CommentTrees
{
    /// <summary>The projects whose public API is listed, which are the packages; a new package is found by its list.</summary>
    internal static IReadOnlyList<string> Packages(IReadOnlyList<SourceFile> all) =>
        [.. all.Where(file => file.Project.Length > 0 && file.Path == $"src/{file.Project}/PublicAPI.Unshipped.txt").Select(file => file.Project)];

    internal static SyntaxTree Parse(SourceFile file)
    {
        var options = (CSharpParseOptions)file.Tree.Options;
        return CSharpSyntaxTree.ParseText(file.Text, options.WithDocumentationMode(DocumentationMode.Parse), file.Path);
    }

    internal static DocumentationCommentTriviaSyntax? Comment(SyntaxNode declaration) =>
        declaration.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>().LastOrDefault();

    /// <summary>The declaration of a symbol, which has its comment; null for what a record or the compiler declares.</summary>
    internal static SyntaxNode? Declaration(ISymbol symbol)
    {
        SyntaxNode? node = symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        return node is VariableDeclaratorSyntax ? node.FirstAncestorOrSelf<MemberDeclarationSyntax>() : node;
    }
}
