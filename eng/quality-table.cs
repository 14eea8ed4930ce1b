// Turns the reports of eng/coverage and eng/mutation into Markdown tables, and writes a table into a page of the docs.
//   dotnet run eng/quality-table.cs -- coverage REPORT.json              a row per assembly
//   dotnet run eng/quality-table.cs -- modules MODULES.txt LIST.txt REPORT.json ...     a row per module; LIST.txt gets the branches not executed
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
    case ["modules", string modules, string list, .. string[] reports]:
        Dictionary<(string File, int Line), bool> lines = [];
        Dictionary<(string File, int Line, string Branch), bool> branches = [];
        foreach (string report in reports)
        {
            Collect(report, lines, branches);
        }

        using (StreamWriter missing = File.CreateText(list))
        {
            foreach (string module in File.ReadLines(modules).Where(line => line.Length > 0 && line[0] != '#'))
            {
                (string name, string paths) = (module[..module.IndexOf(':')], module[(module.IndexOf(':') + 1)..]);
                string[] places = [.. paths.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => Path.GetFullPath($"src/{path}"))];
                bool IsOf(string file) => Array.Exists(places, place => file.StartsWith(Path.HasExtension(place) ? place : place + "/", StringComparison.Ordinal));
                bool[] ofLines = [.. lines.Where(line => IsOf(line.Key.File)).Select(line => line.Value)];
                var ofBranches = branches.Where(branch => IsOf(branch.Key.File)).ToList();
                int executed = ofBranches.Count(branch => branch.Value);
                Console.WriteLine(
                    $"| {name} | {ofLines.Length} | {Percent(ofLines.Count(isExecuted => isExecuted), ofLines.Length)} | {ofBranches.Count} | {Percent(executed, ofBranches.Count)} |");
                missing.WriteLine($"{name}: {ofBranches.Count - executed} of {ofBranches.Count} branches are not executed");
                foreach (IGrouping<(string File, int Line), KeyValuePair<(string File, int Line, string Branch), bool>> line in ofBranches
                    .GroupBy(branch => (branch.Key.File, branch.Key.Line)).Where(line => line.Any(branch => !branch.Value)).OrderBy(line => line.Key))
                {
                    string text = File.ReadLines(line.Key.File).ElementAt(line.Key.Line - 1).Trim();
                    missing.WriteLine($"  {Path.GetRelativePath(Environment.CurrentDirectory, line.Key.File)}:{line.Key.Line}: {line.Count(branch => !branch.Value)} of {line.Count()}: {text}");
                }
            }
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
        List<string> written = [.. File.ReadAllLines(page)];
        for (string? row = Console.In.ReadLine(); row is not null; row = Console.In.ReadLine())
        {
            string key = row[..(row.IndexOf('|', 1) + 1)];
            int place = written.FindIndex(line => line.StartsWith(key, StringComparison.Ordinal));
            if (place < 0)
            {
                Console.Error.WriteLine($"{page} has no row that begins with '{key}'.");
                return 1;
            }

            written[place] = row;
        }

        File.WriteAllText(page, string.Join('\n', written) + "\n");
        return 0;
    default:
        Console.Error.WriteLine("The first lines of eng/quality-table.cs say how to call it.");
        return 2;
}

static JsonElement Read(string report) => JsonDocument.Parse(File.ReadAllText(report)).RootElement;

// A line or branch counts as executed when one of the reports has it so; the reports are of the same build.
static void Collect(string report, Dictionary<(string File, int Line), bool> lines, Dictionary<(string File, int Line, string Branch), bool> branches)
{
    foreach (JsonProperty file in Read(report).EnumerateObject().SelectMany(assembly => assembly.Value.EnumerateObject()))
    {
        foreach ((string type, JsonProperty method) in file.Value.EnumerateObject().SelectMany(type => type.Value.EnumerateObject().Select(method => (type.Name, method))))
        {
            foreach (JsonProperty line in method.Value.GetProperty("Lines").EnumerateObject())
            {
                (string, int) key = (file.Name, int.Parse(line.Name));
                lines[key] = lines.GetValueOrDefault(key) || line.Value.GetInt64() > 0;
            }

            foreach (JsonElement branch in method.Value.GetProperty("Branches").EnumerateArray())
            {
                (string, int, string) key = (file.Name, branch.GetProperty("Line").GetInt32(), $"{type} {method.Name} {branch.GetProperty("Offset")} {branch.GetProperty("Path")}");
                branches[key] = branches.GetValueOrDefault(key) || branch.GetProperty("Hits").GetInt64() > 0;
            }
        }
    }
}

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
