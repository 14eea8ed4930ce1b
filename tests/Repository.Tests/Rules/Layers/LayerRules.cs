using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules.Layers;

/// <summary>
/// The layers inside Earshot.Client and Earshot.JetStream: a file may use types only from folders with a lower number; and nowhere in
/// src do folders use each other, sub-folders included, directly or in a circle.
/// </summary>
internal static class LayerRules
{
    internal const string Layer = "layer";
    internal const string TwoWay = "two-way";
    internal const string Cycle = "cycle";

    private static readonly Dictionary<string, int> s_client = new()
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

    private static readonly Dictionary<string, int> s_jetStream = new()
    {
        ["Json"] = 0,
        ["Models"] = 1,
        ["Errors"] = 2,
        ["Options"] = 3,
        ["Requests"] = 4,
        ["Publishing"] = 5,
        ["Contracts"] = 6,
        ["Consuming"] = 7,
        ["Batches"] = 7,
        ["Counters"] = 7,
        ["Schedules"] = 7,
        ["Context"] = 8,
    };

    // The namespace of a layer is this and the folder's name.
    private static readonly Dictionary<string, (Dictionary<string, int> Layers, string Root)> s_projects = new()
    {
        ["Earshot.Client"] = (s_client, "Earshot"),
        ["Earshot.JetStream"] = (s_jetStream, "Earshot.JetStream"),
    };

    internal static IReadOnlyList<Violation> CheckLayers(
        IReadOnlyList<SourceFile> code, IReadOnlyList<FolderReference> references)
    {
        var layered = code.Where(file => s_projects.ContainsKey(file.Project)).ToList();
        return
        [
            .. layered.Where(file => !s_projects[file.Project].Layers.ContainsKey(file.TopFolder)).Select(file => (file.Project, file.TopFolder)).Distinct()
                .Select(place => new Violation(Layer, $"src/{place.Project}/{place.TopFolder}", "the folder has no place in the layer table")),
            .. references.Where(reference => s_projects.ContainsKey(reference.From.Project) && !MayUse(reference.From, reference.ToFolder))
                .Select(reference => new Violation(
                    Layer, reference.From.Path, $"uses {reference.TypeName} of {Show(reference.ToFolder)}")),
            .. layered.SelectMany(UsingLines),
        ];
    }

    internal static IReadOnlyList<Violation> CheckTwoWay(IReadOnlyList<FolderReference> references)
    {
        var edges = references
            .GroupBy(reference => (From: reference.From.Folder, To: reference.To.Folder))
            .ToDictionary(group => group.Key, group => group.First());
        return
        [
            .. from edge in edges
               where string.CompareOrdinal(edge.Key.From, edge.Key.To) < 0
               let back = edges.GetValueOrDefault((edge.Key.To, edge.Key.From))
               where back is not null
               select new Violation(
                   TwoWay,
                   $"{edge.Key.From} and {edge.Key.To}",
                   $"{edge.Value.From} uses {edge.Value.TypeName}, and {back.From} uses {back.TypeName}"),
        ];
    }

    /// <summary>Folders that use each other in a circle of any length: a change anywhere in it may reach everywhere in it.</summary>
    internal static IReadOnlyList<Violation> CheckCycles(IReadOnlyList<FolderReference> references)
    {
        ILookup<string, string> uses = references.Select(reference => (From: reference.From.Folder, To: reference.To.Folder)).Distinct()
            .ToLookup(edge => edge.From, edge => edge.To);
        var done = new HashSet<string>();
        var cycles = new List<Violation>();
        foreach (string folder in uses.Select(group => group.Key).Order(StringComparer.Ordinal))
        {
            Visit(folder, []);
        }

        return cycles;

        void Visit(string folder, List<string> path)
        {
            int seen = path.IndexOf(folder);
            if (seen >= 0)
            {
                cycles.Add(new Violation(Cycle, folder, string.Join(" -> ", path.Skip(seen).Append(folder))));
                return;
            }

            if (done.Contains(folder))
            {
                return;
            }

            path.Add(folder);
            foreach (string next in uses[folder].Order(StringComparer.Ordinal))
            {
                Visit(next, path);
            }

            path.RemoveAt(path.Count - 1);
            done.Add(folder);
        }
    }

    private static IEnumerable<Violation> UsingLines(SourceFile file)
    {
        (Dictionary<string, int> layers, string root) = s_projects[file.Project];
        return file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>()
            .Select(line => line.NamespaceOrType.ToString())
            .Where(name => name.StartsWith(root + ".", StringComparison.Ordinal))
            .Select(name => name[(root.Length + 1)..].Split('.')[0])
            .Where(folder => layers.ContainsKey(folder) && !MayUse(file, folder))
            .Select(folder => new Violation(Layer, file.Path, $"has a using line for {Show(folder)}"));
    }

    private static bool MayUse(SourceFile from, string folder)
    {
        Dictionary<string, int> layers = s_projects[from.Project].Layers;
        return from.TopFolder == folder
            || (layers.TryGetValue(from.TopFolder, out int own) && layers.TryGetValue(folder, out int other) && other < own);
    }

    private static string Show(string folder) => folder.Length == 0 ? "the project root" : folder + "/";
}
