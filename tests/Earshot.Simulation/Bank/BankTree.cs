namespace Earshot.Simulation.Bank;

/// <summary>
/// A copy of the source in which every defect of the bank has a switch. The source itself contains neither switches nor defects, so that no
/// package can have one.
/// </summary>
internal static class BankTree
{
    /// <summary>The variable of the environment that switches one defect on.</summary>
    public const string Switch = "EARSHOT_DEFECT";

    // The others see the internal types of the first one.
    private static readonly string[] s_switched = ["src/Earshot.Protocol", "src/Earshot.KeyValueStore", "src/Earshot.ObjectStore"];

    /// <summary>The places where a change of the source has made a defect impossible to apply; empty if there is none.</summary>
    public static IReadOnlyList<string> Mismatches(string root, IEnumerable<Defect> defects) =>
    [
        .. from defect in defects
           from change in defect.Changes
           let count = Count(Path.Combine(root, change.File), change.Is)
           where count != 1
           select $"{defect.Name}: {change.File} has its text {count} times instead of once",
    ];

    /// <summary>Copies folders of the repository and applies all defects to the copy.</summary>
    public static void Create(string root, string target, IReadOnlyList<string> folders, IReadOnlyList<Defect> defects)
    {
        if (Mismatches(root, defects) is [var first, ..])
        {
            throw new InvalidOperationException(first);
        }

        foreach (string directory in folders)
        {
            Copy(Path.Combine(root, directory), Path.Combine(target, directory));
        }

        foreach (string file in Directory.EnumerateFiles(root, "Directory.*").Concat([Path.Combine(root, "global.json"), Path.Combine(root, ".editorconfig"), Path.Combine(root, "BannedSymbols.txt")]))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }

        foreach (string project in s_switched)
        {
            File.WriteAllText(Path.Combine(target, project, "BugBank.cs"), SwitchSource());
        }

        foreach (SourceChange change in defects.SelectMany(defect => defect.Changes))
        {
            string file = Path.Combine(target, change.File);
            string[] parts = File.ReadAllText(file).Split(change.Is);
            if (parts.Length != 2)
            {
                throw new InvalidOperationException($"{change.File}: another defect changes the text '{change.Is.Trim()}'");
            }

            File.WriteAllText(file, string.Join(change.Becomes, parts));
        }
    }

    private static string SwitchSource() =>
        $$"""
        internal static class BugBank
        {
            private static readonly string? s_active = System.Environment.GetEnvironmentVariable("{{Switch}}");

            public static bool Has(string name) => s_active == name;
        }
        """;

    private static int Count(string file, string text)
    {
        string source = File.Exists(file) ? File.ReadAllText(file) : "";
        return source.Split(text).Length - 1;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            string copy = Path.Combine(to, Path.GetFileName(file));
            byte[] content = File.ReadAllBytes(file);
            if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(content))
            {
                File.WriteAllBytes(copy, content); // a copy would keep the old time, and the build would not notice it
            }
        }

        foreach (string obsolete in Directory.EnumerateFiles(to).Where(copy => !File.Exists(Path.Combine(from, Path.GetFileName(copy)))))
        {
            File.Delete(obsolete);
        }

        foreach (string directory in Directory.EnumerateDirectories(from).Where(static directory => Path.GetFileName(directory) is not ("bin" or "obj")))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
