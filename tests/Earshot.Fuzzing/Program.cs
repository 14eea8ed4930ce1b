using System.Globalization;
using Earshot.Fuzzing;
using Earshot.Fuzzing.Engine;
using Earshot.Fuzzing.Targets;

// run SECONDS CORPUS [TARGET]        fuzzes the targets, all in this time; exit code 1 and the input when one fails
// minimize SECONDS CORPUS [TARGET]   the same, and writes the shortest inputs that take all edges to the corpus
if (args is not [("run" or "minimize") and var verb, var seconds, var corpus, .. var names] || !double.TryParse(seconds, CultureInfo.InvariantCulture, out double total))
{
    Console.Error.WriteLine("Arguments: run|minimize SECONDS CORPUS [TARGET]");
    return 2;
}

if (!InstrumentedCopy.IsThis)
{
    return await InstrumentedCopy.RunAsync(args);
}

EdgeMap.Attach();
List<IFuzzTarget> targets = [.. FuzzTargets.All.Where(target => names.Length == 0 || names.Contains(target.Name))];
if (targets.Count == 0)
{
    Console.Error.WriteLine($"There is no such target. The targets: {string.Join(", ", FuzzTargets.All.Select(target => target.Name))}");
    return 2;
}

int seed = Environment.TickCount;
using var running = new RunningInput(InstrumentedCopy.RunningInputPath);
Console.WriteLine($"seed {seed}");
foreach (IFuzzTarget target in targets)
{
    var loop = new FuzzLoop(target, CorpusFile.Read(corpus, target.Name), seed, running);
    FuzzReport report = loop.Run(TimeSpan.FromSeconds(total / targets.Count));
    Console.WriteLine(report);
    if (report.Failing is { } failing)
    {
        Console.WriteLine($"{target.Name} fails on: {CorpusFile.Encode(failing)}\n{report.Failure}");
        return 1;
    }

    if (verb == "minimize")
    {
        IReadOnlyList<byte[]> selected = Minimizer.Select(target, loop.Inputs);
        CorpusFile.Write(corpus, target.Name, selected);
        Console.WriteLine($"{target.Name}: {selected.Count} inputs, {selected.Sum(input => input.Length)} bytes");
    }
}

return 0;
