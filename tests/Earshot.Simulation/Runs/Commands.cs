using System.CommandLine;
using Earshot.Simulation.Bank;
using Earshot.Simulation.Bank.Security;
using Earshot.Simulation.Network;
using Earshot.Simulation.Streams;

namespace Earshot.Simulation.Runs;

/// <summary>The command line of the simulation.</summary>
internal static class Commands
{
    public static Task<int> RunAsync(string[] args)
    {
        RootCommand root = Seeds();
        root.Add(Bank());
        return root.Parse(args).InvokeAsync();
    }

    private static RootCommand Seeds()
    {
        var seed = new Option<ulong?>("--seed") { Description = "Repeats one seed and prints its events." };
        var from = new Option<ulong?>("--from") { Description = "The first seed of a range. Default: derived from the clock." };
        var count = new Option<int?>("--count") { Description = "The number of seeds. Default: as many as the time allows." };
        var seconds = new Option<double>("--seconds") { Description = "How long new seeds are begun.", DefaultValueFactory = _ => 60 };
        var list = new Option<FileInfo?>("--list") { Description = "Runs the seeds of a file, one a line." };
        var streams = new Option<bool>("--jetstream") { Description = "Runs only seeds with JetStream." };
        var extras = new Option<bool>("--push-and-batches") { Description = "Runs only seeds with JetStream that have push reads and batches." };
        var names = new Option<bool>("--names") { Description = "Runs only seeds whose hosts have names." };
        var first = new Option<bool>("--first") { Description = "Stops at the first seed that fails." };
        var repetition = new Option<bool>("--verify-repetition") { Description = "Runs each seed twice and requires the same events." };
        var root = new RootCommand(
            "Runs clients, servers and a network in virtual time, decided by seeds, and checks invariants. Exit codes: 0 all invariants hold; 1 one was violated.")
        {
            seed, from, count, seconds, list, streams, extras, names, first, repetition,
        };
        root.SetAction((arguments, _) =>
        {
            if (arguments.GetValue(seed) is { } only)
            {
                return SeedRun.RepeatAsync(only, Console.Out);
            }

            bool IsWanted(ulong candidate) => arguments.GetValue(names) ? NameServer.IsChosenBy(candidate)
                : arguments.GetValue(extras) ? StreamPlan.IsChosenBy(candidate) && StreamPlan.HasExtrasBy(candidate)
                : !arguments.GetValue(streams) || StreamPlan.IsChosenBy(candidate);

            SeedSource source = arguments.GetValue(list) is { } file
                ? SeedSource.Of(file)
                : SeedSource.From(arguments.GetValue(from), arguments.GetValue(count), TimeSpan.FromSeconds(arguments.GetValue(seconds)), IsWanted);
            var run = new SeedRun(Console.Out) { StopsAtFirst = arguments.GetValue(first), VerifiesRepetition = arguments.GetValue(repetition) };
            return run.RunAsync(source);
        });
        return root;
    }

    private static Command Bank()
    {
        var root = new Argument<DirectoryInfo>("root") { Description = "The root of the repository." };
        var tree = new Argument<DirectoryInfo>("tree") { Description = "The directory of the copy." };
        var seeds = new Option<int>("--seeds") { Description = "The number of seeds in which the simulation looks for one defect.", DefaultValueFactory = _ => 300 };
        var only = new Option<string?>("--only") { Description = "Runs these defects only, separated by commas; of the guards, those of these rules." };
        var security = new Option<bool>("--security") { Description = "The guards of the security rules instead of the defects." };
        var copy = new Command("copy", "Copies the source and gives every defect of the bank a switch.") { root, tree, security };
        copy.SetAction(arguments => BankCommands.Copy(arguments.GetRequiredValue(root).FullName, arguments.GetRequiredValue(tree).FullName, arguments.GetValue(security)));
        var run = new Command("run", "Looks for each defect in a copy that was built, and writes docs/bug-bank.md.") { root, tree, seeds, only };
        run.SetAction((arguments, cancellationToken) => BankCommands.RunAsync(
            new BankRun(new BankCopy(arguments.GetRequiredValue(tree).FullName), arguments.GetValue(seeds), Console.Out),
            arguments.GetRequiredValue(root).FullName,
            arguments.GetValue(only),
            cancellationToken));
        var guards = new Command("security", "Removes each guard of a security rule in a copy that was built, and writes docs/security-rules.md.") { root, tree, only };
        guards.SetAction((arguments, cancellationToken) => BankCommands.RunSecurityAsync(
            new GuardRun(new BankCopy(arguments.GetRequiredValue(tree).FullName), Console.Out),
            arguments.GetRequiredValue(root).FullName,
            arguments.GetValue(only),
            cancellationToken));
        return new Command("bank", "Known defects that the simulation must find, and guards whose removal tests must notice.") { copy, run, guards };
    }
}
