using Microsoft.CodeAnalysis;

namespace Repository.Tests.Rules.Layers;

/// <summary>One file's use of a type that another folder of the same project declares; sub-folders are folders of their own.</summary>
internal sealed record FolderReference(SourceFile From, SourceFile To, string TypeName)
{
    internal string ToFolder => To.TopFolder;
}

/// <summary>Finds which file uses types of which folder of its project. Uses of another project do not count.</summary>
internal static class FolderReferences
{
    internal static IReadOnlyList<FolderReference> Find(IReadOnlyList<SourceFile> code)
    {
        var names = BoundNames.Of(code);
        return [.. names.Files.Values.SelectMany(file => FindIn(file, names)).Distinct()];
    }

    private static IEnumerable<FolderReference> FindIn(SourceFile file, BoundNames names)
    {
        foreach (ISymbol symbol in names.In(file))
        {
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
            foreach (SyntaxReference declaration in type?.DeclaringSyntaxReferences ?? [])
            {
                if (names.Files.TryGetValue(declaration.SyntaxTree.FilePath, out SourceFile? other)
                    && other.Project == file.Project && other.Folder != file.Folder)
                {
                    yield return new FolderReference(file, other, type!.Name);
                }
            }
        }
    }
}
