using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Repository.Tests.Rules;

/// <summary>Which project may reference which, and that every package has one exact version in one place.</summary>
internal static partial class ProjectRules
{
    internal const string Graph = "project-graph";
    internal const string Version = "package-version";

    private static readonly Dictionary<string, string[]> s_mayReference = new()
    {
        ["Earshot.Protocol"] = [],
        ["Earshot.Client"] = ["Earshot.Protocol"],
        ["Earshot.Server"] = ["Earshot.Protocol"],
        ["Earshot.JetStream"] = ["Earshot.Client"],
        ["Earshot.KeyValueStore"] = ["Earshot.JetStream"],
        ["Earshot.JetStream.ConsumerGroups"] = ["Earshot.KeyValueStore"],
        ["Earshot.ObjectStore"] = ["Earshot.JetStream"],
        ["Earshot.Services"] = ["Earshot.Client"],
        ["Earshot.Hosting"] = ["Earshot.Client"],
        ["Earshot.OpenTelemetry"] = ["Earshot.Client"],
        ["Earshot.Fleet"] = ["Earshot.JetStream"],
        ["Earshot.Dashboard"] = ["Earshot.Hosting", "Earshot.Fleet"],
        ["Earshot.RealServer"] = [],
        ["Earshot.Cli"] =
        [
            "Earshot.KeyValueStore", "Earshot.ObjectStore", "Earshot.Services", "Earshot.Hosting", "Earshot.Fleet", "Earshot.Dashboard",
            "Earshot.Server", "Earshot.RealServer",
        ],
    };

    internal static IReadOnlyList<Violation> CheckGraph(IReadOnlyList<SourceFile> files) =>
        [.. from file in Projects(files)
            where file.Project.Length > 0
            from message in CheckReferences(file)
            select new Violation(Graph, file.Path, message)];

    internal static IReadOnlyList<Violation> CheckVersions(IReadOnlyList<SourceFile> files) =>
    [
        .. from file in files.Where(file => file.Path.Split('/')[^1] == "Directory.Packages.props")
           from package in XDocument.Parse(file.Text).Descendants("PackageVersion")
           let version = (string?)package.Attribute("Version") ?? ""
           where !ExactVersion.IsMatch(version)
           select new Violation(Version, file.Path, $"{(string?)package.Attribute("Include")} has version '{version}', not one exact one"),
        .. from file in Projects(files)
           from package in XDocument.Parse(file.Text).Descendants("PackageReference")
           where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
           select new Violation(Version, file.Path, $"{(string?)package.Attribute("Include")} has a version of its own"),
    ];

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.]+)?$")]
    private static partial Regex ExactVersion { get; }

    private static IEnumerable<string> CheckReferences(SourceFile project)
    {
        string name = project.Path.Split('/')[^1][..^".csproj".Length];
        if (!s_mayReference.ContainsKey(name))
        {
            yield return $"{name} has no place in the project graph";
            yield break;
        }

        HashSet<string> allowed = Below(name);
        foreach (XElement reference in XDocument.Parse(project.Text).Descendants("ProjectReference"))
        {
            string path = ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/');
            string target = path.Split('/')[^1].Replace(".csproj", "", StringComparison.Ordinal);
            if (!allowed.Contains(target))
            {
                yield return $"{name} references {target}; it may reference {string.Join(", ", allowed.Order())}";
            }
        }
    }

    private static HashSet<string> Below(string name) =>
        [.. s_mayReference[name].SelectMany(direct => Below(direct).Append(direct))];

    private static IEnumerable<SourceFile> Projects(IReadOnlyList<SourceFile> files) =>
        files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));
}
