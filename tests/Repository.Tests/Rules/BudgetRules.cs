using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules;

/// <summary>How big a file, a method, a folder, a constructor and a class may be, and how many types a file may hold.</summary>
internal static class BudgetRules
{
    internal const string FileLength = "file-length";
    internal const string MethodLength = "method-length";
    internal const string FolderSize = "folder-size";
    internal const string ConstructorSize = "constructor-size";
    internal const string FieldCount = "field-count";
    internal const string TypesPerFile = "types-per-file";

    internal static IReadOnlyList<Violation> CheckFiles(IReadOnlyList<SourceFile> code, int limit = 400) =>
        [.. code.Where(file => file.LineCount > limit)
            .Select(file => new Violation(FileLength, file.Path, $"{file.LineCount} lines, {limit} allowed"))];

    internal static IReadOnlyList<Violation> CheckMethods(IReadOnlyList<SourceFile> code, int limit = 60) =>
        [.. from file in code
            from method in file.Root.DescendantNodes().Where(IsBody)
            let lines = Lines(method)
            where lines > limit
            select new Violation(MethodLength, $"{file.Path}: {NameOf(method)}", $"{lines} lines, {limit} allowed")];

    internal static IReadOnlyList<Violation> CheckFolders(IReadOnlyList<SourceFile> code)
    {
        IEnumerable<IGrouping<string, SourceFile>> folders = code.GroupBy(file => file.Folder);
        return
        [
            .. from folder in folders
               let count = folder.Count()
               let range = Range(folder.First())
               where count < range.Least || count > range.Most
               select new Violation(FolderSize, folder.Key, $"{count} files, {range.Least} to {range.Most} allowed"),
        ];
    }

    /// <summary>Records are left out: their parameters are the facts they hold, and not what an object needs to work.</summary>
    internal static IReadOnlyList<Violation> CheckConstructors(IReadOnlyList<SourceFile> code, int limit = 5) =>
        [.. from file in code
            from node in file.Root.DescendantNodes()
            let parameters = node switch
            {
                ConstructorDeclarationSyntax constructor => constructor.ParameterList,
                TypeDeclarationSyntax type and not RecordDeclarationSyntax => type.ParameterList,
                _ => null,
            }
            where parameters?.Parameters.Count > limit
            select new Violation(
                ConstructorSize, $"{file.Path}: {NameOf(node)}", $"{parameters.Parameters.Count} parameters, {limit} allowed")];

    /// <summary>Declared instance fields; constants and statics are left out.</summary>
    internal static IReadOnlyList<Violation> CheckFields(IReadOnlyList<SourceFile> code, int limit = 12) =>
        [.. from file in code
            from type in file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type is ClassDeclarationSyntax
            let count = type.Members.OfType<FieldDeclarationSyntax>().Where(field => !IsStatic(field.Modifiers)).Sum(field => field.Declaration.Variables.Count)
            where count > limit
            select new Violation(FieldCount, $"{file.Path}: {type.Identifier.Text}", $"{count} fields, {limit} allowed")];

    /// <summary>A file of src holds one top-level type; a type and its generic namesakes count as one.</summary>
    internal static IReadOnlyList<Violation> CheckTypesPerFile(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            where file.Project.Length > 0
            let names = TopLevelTypes(file).Distinct().ToList()
            let own = file.Path.Split('/')[^1][..^".cs".Length]
            where names.Count > 1 || (names.Count == 1 && names[0] != own)
            select new Violation(TypesPerFile, file.Path, $"holds {string.Join(", ", names)}; one type of the file's name is allowed")];

    /// <summary>The exempt files are few: a vocabulary in one file is an exception and not a way of writing.</summary>
    internal static double ShareOfFilesWithSeveralTypes(IReadOnlyList<SourceFile> code)
    {
        var files = code.Where(file => file.Project.Length > 0 && TopLevelTypes(file).Any()).ToList();
        return files.Count(file => TopLevelTypes(file).Distinct().Count() > 1) / (double)files.Count;
    }

    // The root of a project is not a folder of its own: it may contain a single file, and the client's at most eight.
    private static (int Least, int Most) Range(SourceFile file) => file switch
    {
        { Project: "Earshot.Client", TopFolder: "" } => (0, 8),
        { Project.Length: > 0, TopFolder.Length: > 0 } => (3, 15),
        _ => (0, 15),
    };

    private static bool IsStatic(SyntaxTokenList modifiers) =>
        modifiers.Any(SyntaxKind.StaticKeyword) || modifiers.Any(SyntaxKind.ConstKeyword);

    private static IEnumerable<string> TopLevelTypes(SourceFile file) =>
        file.Root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Select(node => node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                _ => "",
            })
            .Where(name => name.Length > 0);

    private static bool IsBody(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax;

    // From the first token after the attributes: attributes do not count as lines of the method.
    private static int Lines(SyntaxNode node)
    {
        SyntaxNodeOrToken start = node.ChildNodesAndTokens().First(child => !child.IsKind(SyntaxKind.AttributeList));
        int first = node.SyntaxTree.GetLineSpan(start.Span).StartLinePosition.Line;
        return node.SyntaxTree.GetLineSpan(node.Span).EndLinePosition.Line - first + 1;
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        TypeDeclarationSyntax type => type.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } accessor =>
            $"{property.Identifier.Text}.{accessor.Keyword.Text}",
        _ => node.Kind().ToString(),
    };
}
