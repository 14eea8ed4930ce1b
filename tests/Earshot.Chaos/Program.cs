using System.CommandLine;
using Earshot.Chaos;
using Earshot.Chaos.Core;
using Earshot.Chaos.JetStream;

var minutes = new Option<double>("--minutes") { Description = "Duration of fault injection in minutes.", DefaultValueFactory = _ => 1 };
var transport = new Option<ChaosTransport>("--transport") { Description = "How clients reach the servers.", DefaultValueFactory = _ => ChaosTransport.Tcp };
var seed = new Option<int>("--seed") { Description = "Seed of the fault schedule; printed at the start. Default: derived from the clock.", DefaultValueFactory = _ => (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() & 0xFFFF) };
var core = new Command(
    "core",
    "Publishers and subscribers on a cluster of three nat-servers behind fault proxies: resets, cuts, pauses, freezes, kills, lame ducks and reloads. "
    + "Auditors on raw sockets determine which messages were lost. Exit codes: 0 all invariants hold; 1 an invariant was violated; 130 cancelled with Ctrl+C.")
{
    minutes, transport, seed,
};
core.SetAction(async (arguments, cancellationToken) =>
    await CoreRun.RunAsync(
        new ChaosOptions
        {
            Duration = TimeSpan.FromMinutes(arguments.GetValue(minutes)),
            Transport = arguments.GetValue(transport),
            Seed = arguments.GetValue(seed),
        },
        cancellationToken));
var part = new Option<JetStreamPart>("--part") { Description = "Runs this part only.", DefaultValueFactory = _ => JetStreamPart.All };
var regressions = new Option<int>("--regressions") { Description = "The number of times a store is put back to an earlier state.", DefaultValueFactory = _ => 20 };
var jetStream = new Command(
    "jetstream",
    "Publishers, consumers and calls on a stream with three replicas whose leaders step down, are killed and frozen; stores that are put back; full disks; a leaf link "
    + "that breaks. An auditor on raw sockets reads what is stored. --minutes is the duration of the cluster part. Exit codes: 0 all bounds hold; 1 a bound was broken; 130 cancelled with Ctrl+C.")
{
    minutes, seed, part, regressions,
};
jetStream.SetAction(async (arguments, cancellationToken) =>
    await JetStreamRun.RunAsync(
        new ChaosOptions { Duration = TimeSpan.FromMinutes(arguments.GetValue(minutes)), Transport = ChaosTransport.Tcp, Seed = arguments.GetValue(seed) },
        arguments.GetValue(part), arguments.GetValue(regressions), cancellationToken));
var root = new RootCommand("Injects faults into a cluster of real servers and verifies what the client reports.") { core, jetStream };
return await root.Parse(args).InvokeAsync();
