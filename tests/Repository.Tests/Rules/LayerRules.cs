using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules;

/// <summary>
/// The layers inside Earshot.Client: a file may use types only from folders with a lower number; and nowhere in src do
/// two folders use each other.
/// </summary>
internal static class LayerRules
{
    internal const string Layer = "layer";
    internal const string TwoWay = "two-way";
    private const string Client = "Earshot.Client";

    private static readonly Dictionary<string, int> s_layers = new()
    {
        ["Errors"] = 0,
        ["Diagnostics"] = 0,
        ["Timing"] = 0,
        ["Events"] = 1,
        ["Messages"] = 1,
        ["Transport"] = 1,
        ["Authentication"] = 1,
        ["Servers"] = 1,
        ["Serialization"] = 1,
        ["Outbound"] = 2,
        ["Subscriptions"] = 3,
        ["Sessions"] = 4,
        ["Lifecycle"] = 5,
        [""] = 6,
        ["Connections"] = 7,
    };

    internal static IReadOnlyList<Violation> CheckLayers(
        IReadOnlyList<SourceFile> code, IReadOnlyList<FolderReference> references)
    {
        var client = code.Where(file => file.Project == Client).ToList();
        return
        [
            .. client.Select(file => file.TopFolder).Where(folder => !s_layers.ContainsKey(folder)).Distinct()
                .Select(folder => new Violation(Layer, $"src/{Client}/{folder}", "the folder has no place in the layer table")),
            .. references.Where(reference => reference.From.Project == Client && !MayUse(reference.From, reference.ToFolder))
                .Select(reference => new Violation(
                    Layer, reference.From.Path, $"uses {reference.TypeName} of {Show(reference.ToFolder)}")),
            .. client.SelectMany(UsingLines),
        ];
    }

    internal static IReadOnlyList<Violation> CheckTwoWay(IReadOnlyList<FolderReference> references)
    {
        var edges = references
            .GroupBy(reference => (reference.From.Project, From: reference.From.TopFolder, To: reference.ToFolder))
            .ToDictionary(group => group.Key, group => group.First());
        return
        [
            .. edges.Where(edge => string.CompareOrdinal(edge.Key.From, edge.Key.To) < 0)
                .Where(edge => edges.ContainsKey((edge.Key.Project, edge.Key.To, edge.Key.From)))
                .Select(edge => new Violation(
                    TwoWay,
                    $"src/{edge.Key.Project}: {Show(edge.Key.From)} and {Show(edge.Key.To)}",
                    $"{edge.Value.From} uses {edge.Value.TypeName}, and "
                        + $"{edges[(edge.Key.Project, edge.Key.To, edge.Key.From)].From} uses "
                        + edges[(edge.Key.Project, edge.Key.To, edge.Key.From)].TypeName)),
        ];
    }

    private static IEnumerable<Violation> UsingLines(SourceFile file) =>
        file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>()
            .Select(line => line.NamespaceOrType.ToString().Split('.'))
            .Where(parts => parts is ["Earshot", _, ..] && s_layers.ContainsKey(parts[1]) && !MayUse(file, parts[1]))
            .Select(parts => new Violation(Layer, file.Path, $"has a using line for {Show(parts[1])}"));

    private static bool MayUse(SourceFile from, string folder) =>
        from.TopFolder == folder
        || (s_layers.TryGetValue(from.TopFolder, out int own) && s_layers.TryGetValue(folder, out int other) && other < own);

    private static string Show(string folder) => folder.Length == 0 ? "the project root" : folder + "/";
}
