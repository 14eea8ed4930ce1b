// Turns the reports of eng/coverage and eng/mutation into Markdown tables, and writes a table into a page of the docs.
//   dotnet run eng/quality-table.cs -- coverage REPORT.json              a row per assembly
//   dotnet run eng/quality-table.cs -- mutation AREA REPORT.json         one row for the area
//   dotnet run eng/quality-table.cs -- survivors REPORT.json             a line per mutant that no test noticed
//   dotnet run eng/quality-table.cs -- write PAGE.md < ROWS              replaces the rows of the page that have the same first cell
using System.Globalization;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["coverage", string report]:
        foreach (JsonElement assembly in Read(report).GetProperty("coverage").GetProperty("assemblies").EnumerateArray())
        {
            Console.WriteLine(
                $"| {assembly.GetProperty("name").GetString()} | {Number(assembly, "coverablelines")} | {Share(assembly, "coveredlines", "coverablelines")} "
                + $"| {Number(assembly, "totalbranches")} | {Share(assembly, "coveredbranches", "totalbranches")} |");
        }

        return 0;
    case ["mutation", string area, string report]:
        // A mutant that does not compile, or that the configuration ignores, says nothing about the tests.
        string[] states = [.. Mutants(report).Select(mutant => mutant.State).Where(state => state is "Killed" or "Timeout" or "Survived" or "NoCoverage")];
        int found = states.Count(state => state is "Killed" or "Timeout");
        Console.WriteLine(
            $"| {area} | {states.Length} | {states.Count(state => state == "Killed")} | {states.Count(state => state == "Timeout")} "
            + $"| {states.Count(state => state == "Survived")} | {states.Count(state => state == "NoCoverage")} | {Percent(found, states.Length)} |");
        return states.Length > 0 ? 0 : 1;
    case ["survivors", string report]:
        foreach ((string file, int line, string mutator, string replacement, string state) in Mutants(report).Where(mutant => mutant.State is "Survived" or "NoCoverage"))
        {
            Console.WriteLine($"{file}:{line}: {state}: {mutator}: {replacement.ReplaceLineEndings(" ")}");
        }

        return 0;
    case ["write", string page]:
        List<string> lines = [.. File.ReadAllLines(page)];
        for (string? row = Console.In.ReadLine(); row is not null; row = Console.In.ReadLine())
        {
            string key = row[..(row.IndexOf('|', 1) + 1)];
            int place = lines.FindIndex(line => line.StartsWith(key, StringComparison.Ordinal));
            if (place < 0)
            {
                Console.Error.WriteLine($"{page} has no row that begins with '{key}'.");
                return 1;
            }

            lines[place] = row;
        }

        File.WriteAllText(page, string.Join('\n', lines) + "\n");
        return 0;
    default:
        Console.Error.WriteLine("The first lines of eng/quality-table.cs say how to call it.");
        return 2;
}

static JsonElement Read(string report) => JsonDocument.Parse(File.ReadAllText(report)).RootElement;

static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

static string Share(JsonElement element, string part, string whole) => Percent(Number(element, part), Number(element, whole));

static string Percent(long part, long whole) => whole == 0 ? "-" : $"{100.0 * part / whole:0.0} %";

static IEnumerable<(string File, int Line, string Mutator, string Replacement, string State)> Mutants(string report) =>
    from file in Read(report).GetProperty("files").EnumerateObject()
    from mutant in file.Value.GetProperty("mutants").EnumerateArray()
    select (
        Path.GetRelativePath(Environment.CurrentDirectory, file.Name),
        mutant.GetProperty("location").GetProperty("start").GetProperty("line").GetInt32(),
        mutant.GetProperty("mutatorName").GetString()!,
        mutant.TryGetProperty("replacement", out JsonElement replacement) ? replacement.GetString()! : "",
        mutant.GetProperty("status").GetString()!);
