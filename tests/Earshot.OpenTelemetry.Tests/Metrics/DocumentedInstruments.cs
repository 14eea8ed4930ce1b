namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>The table of metrics in the documentation.</summary>
internal static class DocumentedInstruments
{
    /// <summary>The instruments of the page by name: unit and tags.</summary>
    public static IReadOnlyDictionary<string, (string Unit, string[] Tags)> All { get; } = Read();

    /// <summary>The folder of the documentation.</summary>
    public static string Docs
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Earshot.slnx")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");
            }

            return Path.Combine(folder, "docs");
        }
    }

    private static Dictionary<string, (string Unit, string[] Tags)> Read() => File.ReadLines(Path.Combine(Docs, "guides", "observability.md"))
        .SkipWhile(line => line != "## Metrics")
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .TakeWhile(line => line.Split('|').Length == 7)
        .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray())
        .ToDictionary(row => row[1].Trim('`'), row => (row[3].Trim('`'), row[4].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(tag => tag.Trim('`')).ToArray()));
}
