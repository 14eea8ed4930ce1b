using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules.Layers;

/// <summary>
/// What the names in each file of src refer to. All sources are bound together, as if they were one project, so that every name binds; the rules that ask about the same
/// list of files share one compilation and what was bound in it. Comments do not count.
/// </summary>
internal sealed class BoundNames
{
    // What the SDK's implicit usings add to every project; without them half of the names would not bind.
    private const string ImplicitUsings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly ConditionalWeakTable<IReadOnlyList<SourceFile>, BoundNames> s_known = [];
    private static readonly Lazy<IReadOnlyList<MetadataReference>> s_platform = new(PlatformAssemblies);

    private readonly Lazy<CSharpCompilation> _compilation;
    private readonly ConcurrentDictionary<SourceFile, IReadOnlyCollection<ISymbol>> _symbols = [];

    private BoundNames(IReadOnlyList<SourceFile> code)
    {
        Files = code.Where(file => file.Project.Length > 0).ToDictionary(file => file.Path);
        _compilation = new(() => Compile(Files.Values));
    }

    /// <summary>The files of src, by their paths.</summary>
    internal Dictionary<string, SourceFile> Files { get; }

    internal static BoundNames Of(IReadOnlyList<SourceFile> code) => s_known.GetValue(code, static files => new BoundNames(files));

    internal static CSharpCompilation Compile(IEnumerable<SourceFile> files) => CSharpCompilation.Create(
        "all-sources",
        [.. files.Select(file => file.Tree), new SourceFile("implicit.cs", ImplicitUsings).Tree],
        s_platform.Value,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    /// <summary>The definitions that the names in a file refer to, each once.</summary>
    internal IReadOnlyCollection<ISymbol> In(SourceFile file) => _symbols.GetOrAdd(file, Bind);

    private HashSet<ISymbol> Bind(SourceFile file)
    {
        SemanticModel model = _compilation.Value.GetSemanticModel(file.Tree);
        return file.Root.DescendantNodes().OfType<SimpleNameSyntax>()
            .Select(name => model.GetSymbolInfo(name))
            .Select(found => found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) // a call that does not bind (a generated method is missing here) still names its candidates
            .OfType<ISymbol>()
            .Select(symbol => (symbol as IMethodSymbol)?.ReducedFrom?.OriginalDefinition ?? symbol.OriginalDefinition)
            .ToHashSet(SymbolEqualityComparer.Default);
    }

    private static IReadOnlyList<MetadataReference> PlatformAssemblies() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Earshot", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
