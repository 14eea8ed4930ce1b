namespace Earshot.Simulation.Bank;

/// <summary>
/// Reads files of defects. A defect begins with <c>== name</c>; a sentence follows, where only certain seeds can find it <c>seeds KIND</c>, where certain
/// tests must find it <c>tests PROJECT ARGUMENTS</c>, then its changes: <c>-- file</c>, the text as it is, <c>---- becomes</c>, the text of the copy, <c>---- end</c>.
/// </summary>
internal static class DefectReader
{
    private const string Head = "== ";
    private const string Seeds = "seeds ";
    private const string Tests = "tests ";
    private const string File = "-- ";
    private const string Becomes = "---- becomes";
    private const string End = "---- end";

    public static IReadOnlyList<Defect> ReadAll(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.txt").Order(StringComparer.Ordinal).SelectMany(file => Read(System.IO.File.ReadAllLines(file)))];

    public static IEnumerable<Defect> Read(IReadOnlyList<string> lines)
    {
        int at = 0;
        while (at < lines.Count)
        {
            if (lines[at].StartsWith(Head, StringComparison.Ordinal))
            {
                yield return ReadOne(lines, ref at);
            }
            else
            {
                at++;
            }
        }
    }

    private static Defect ReadOne(IReadOnlyList<string> lines, ref int at)
    {
        string name = lines[at++][Head.Length..];
        string description = lines[at++];
        string? seeds = Rest(lines, Seeds, ref at);
        string? tests = Rest(lines, Tests, ref at);
        var changes = new List<SourceChange>();
        for (; at < lines.Count && !lines[at].StartsWith(Head, StringComparison.Ordinal); at++)
        {
            if (lines[at].StartsWith(File, StringComparison.Ordinal))
            {
                string file = lines[at++][File.Length..];
                changes.Add(new SourceChange(file, Until(lines, Becomes, ref at), Until(lines, End, ref at)));
                at--;
            }
        }

        return new Defect(name, description, changes) { Seeds = seeds, Tests = tests is null ? null : TestSelection.Parse(tests) };
    }

    // What follows this word on a line that may be missing.
    private static string? Rest(IReadOnlyList<string> lines, string word, ref int at) =>
        at < lines.Count && lines[at].StartsWith(word, StringComparison.Ordinal) ? lines[at++][word.Length..] : null;

    private static string Until(IReadOnlyList<string> lines, string end, ref int at)
    {
        int from = at;
        while (lines[at] != end)
        {
            at++;
        }

        at++;
        return string.Join('\n', lines.Skip(from).Take(at - 1 - from));
    }
}
