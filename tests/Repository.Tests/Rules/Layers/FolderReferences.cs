using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules.Layers;

/// <summary>One file's use of a type that another folder of the same project declares; sub-folders are folders of their own.</summary>
internal sealed record FolderReference(SourceFile From, SourceFile To, string TypeName)
{
    internal string ToFolder => To.TopFolder;
}

/// <summary>
/// Finds which file uses types of which folder, by binding the names of all sources of src together. Comments do not
/// count, and neither do uses of another project.
/// </summary>
internal static class FolderReferences
{
    // What the SDK's implicit usings add to every project; without them half of the names would not bind.
    private const string ImplicitUsings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    internal static IReadOnlyList<FolderReference> Find(IReadOnlyList<SourceFile> code)
    {
        var files = code.Where(file => file.Project.Length > 0).ToDictionary(file => file.Path);
        CSharpCompilation compilation = Compile(files.Values);
        return [.. files.Values.SelectMany(file => FindIn(file, compilation.GetSemanticModel(file.Tree), files)).Distinct()];
    }

    /// <summary>All these files as if they were one project, so that every name binds.</summary>
    internal static CSharpCompilation Compile(IEnumerable<SourceFile> files) => CSharpCompilation.Create(
        "all-sources",
        [.. files.Select(file => file.Tree), new SourceFile("implicit.cs", ImplicitUsings).Tree],
        PlatformAssemblies(),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    private static IEnumerable<FolderReference> FindIn(
        SourceFile file, SemanticModel model, Dictionary<string, SourceFile> files)
    {
        foreach (SimpleNameSyntax name in file.Root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            // A call that does not bind (a generated method is missing here) still names its candidates.
            SymbolInfo found = model.GetSymbolInfo(name);
            ISymbol? symbol = found.Symbol ?? found.CandidateSymbols.FirstOrDefault();
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            foreach (SyntaxReference declaration in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
            {
                if (files.TryGetValue(declaration.SyntaxTree.FilePath, out SourceFile? other)
                    && other.Project == file.Project && other.Folder != file.Folder)
                {
                    yield return new FolderReference(file, other, type!.Name);
                }
            }
        }
    }

    private static IEnumerable<MetadataReference> PlatformAssemblies() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Earshot", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
