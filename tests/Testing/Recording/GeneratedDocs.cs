namespace Earshot.Testing;

/// <summary>Blocks of documentation that tests generate: between <c>&lt;!-- generated: NAME --&gt;</c> and <c>&lt;!-- end: NAME --&gt;</c>.</summary>
public static class GeneratedDocs
{
    private const string Write = "EARSHOT_WRITE_DOCS";

    /// <summary>Compares the block with the text, or replaces it when the variable EARSHOT_WRITE_DOCS is set.</summary>
    /// <returns>Null when they are equal; otherwise what to do.</returns>
    public static string? Difference(string file, string name, string text)
    {
        string path = Path.Combine(Root(), file);
        string page = File.ReadAllText(path);
        string begin = $"<!-- generated: {name} -->\n";
        int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int to = page.IndexOf($"<!-- end: {name} -->", StringComparison.Ordinal);
        if (from < begin.Length || to < from)
        {
            return $"{file} has no block '{name}'.";
        }

        if (page[from..to] == text)
        {
            return null;
        }

        if (Environment.GetEnvironmentVariable(Write) is not { Length: > 0 })
        {
            return $"The block '{name}' of {file} is not what the test generates. Set {Write}=1 and run this test to replace it.\n{text}";
        }

        File.WriteAllText(path, page[..from] + text + page[to..]);
        return null;
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Earshot.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("These tests do not run in a clone of the repository.");
    }
}
