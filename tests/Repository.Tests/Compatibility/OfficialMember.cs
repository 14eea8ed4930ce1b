using Repository.Tests.Rules;

namespace Repository.Tests.Compatibility;

/// <summary>One line of the list of names: a member of the official client, or, without a name, what a type itself is.</summary>
internal sealed record OfficialMember(string Package, string Type, string Name, string Signature)
{
    internal const string Path = "docs/reference/official-names.tsv";

    internal static IReadOnlyList<OfficialMember> All { get; } =
    [
        .. File.ReadLines(System.IO.Path.Combine(RepositoryFiles.Root, Path))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(columns => new OfficialMember(columns[0], columns[1], columns[2], columns[3])),
    ];

    /// <summary>What the page calls it: its name, or the text itself where that is about the type as a whole.</summary>
    internal string Key => Name.Length == 0 ? Signature : Name;

    public override string ToString() => $"{Type}: {Signature}";
}
