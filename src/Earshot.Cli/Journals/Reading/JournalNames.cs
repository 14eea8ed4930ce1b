using Earshot.Cli.Output;

namespace Earshot.Cli.Journals;

/// <summary>Names connections by the files of their journals.</summary>
internal static class JournalNames
{
    private static readonly string[] s_extensions = [".jsonl", ".json", ".ndjson", ".log", ".txt"];

    /// <summary>Returns short names that differ: the names of the files, with their folders where files have the same name.</summary>
    internal static IReadOnlyList<string> Of(IReadOnlyList<string> paths)
    {
        string[] names = [.. paths.Select(path => Short(path, folders: 0))];
        for (int folders = 1; folders <= 3; folders++)
        {
            HashSet<string> same = [.. names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key)];
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = same.Contains(names[i]) ? Short(paths[i], folders) : names[i];
            }
        }

        // The same file twice, or names that differ only further up.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            int count = seen[names[i]] = seen.GetValueOrDefault(names[i]) + 1;
            names[i] = count > 1 ? $"{names[i]} ({count})" : names[i];
        }

        return names;
    }

    private static string Short(string path, int folders)
    {
        if (path == JournalText.StandardInput)
        {
            return "stdin";
        }

        string[] parts = path.Split('/', '\\').Where(part => part.Length > 0).ToArray();
        if (parts.Length == 0)
        {
            return path;
        }

        string? extension = s_extensions.FirstOrDefault(end => parts[^1].Length > end.Length && parts[^1].EndsWith(end, StringComparison.OrdinalIgnoreCase));
        parts[^1] = parts[^1][..^(extension?.Length ?? 0)];
        return SafeText.Line(string.Join('/', parts.TakeLast(folders + 1)));
    }
}
