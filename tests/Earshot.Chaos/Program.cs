using System.CommandLine;
using Earshot.Chaos;
using Earshot.Chaos.Core;
using Earshot.Chaos.Faults;
using Earshot.Chaos.JetStream;
using Earshot.Chaos.Network;
using Earshot.Chaos.Storm;

var minutes = new Option<double>("--minutes") { Description = "Duration of fault injection in minutes.", DefaultValueFactory = _ => 1 };
var transport = new Option<ChaosTransport>("--transport") { Description = "How clients reach the servers.", DefaultValueFactory = _ => ChaosTransport.Tcp };
var seed = new Option<int>("--seed") { Description = "Seed of the fault schedule; printed at the start. Default: derived from the clock.", DefaultValueFactory = _ => (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() & 0xFFFF) };
var core = new Command(
    "core",
    "Publishers and subscribers on a cluster of three nats-servers behind fault proxies: resets, cuts, pauses, freezes, kills, lame ducks and reloads. "
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
var connections = new Option<int>("--connections") { Description = "The number of connections.", DefaultValueFactory = _ => 10_000 };
var storm = new Command(
    "storm",
    "Many connections to one server that is killed and started again: how soon they are back, and how many arrive within one second. "
    + "Exit codes: 0 all bounds hold; 1 a bound was broken; 130 cancelled with Ctrl+C.")
{
    connections,
};
storm.SetAction(async (arguments, cancellationToken) => await StormRun.RunAsync(arguments.GetValue(connections), cancellationToken));
var only = new Option<string>("--only") { Description = "Runs the faults whose name contains this text.", DefaultValueFactory = _ => "" };
var network = new Command(
    "network",
    "A server in a network namespace: packets are dropped both ways, one way and at random, addresses change, and servers are not reachable. "
    + "An auditor on a link of its own reads what arrives. Needs root on Linux. Exit codes: 0 all bounds hold; 1 a bound was broken; 130 cancelled with Ctrl+C.")
{
    only,
};
network.SetAction(async (arguments, cancellationToken) => await NetworkRun.RunAsync(arguments.GetValue(only)!, cancellationToken));
var quick = new Option<bool>("--quick") { Description = "Shortens durations to a few seconds, and leaves out faults that take longer." };
var faults = new Command(
    "faults",
    "One server, one client and what is between them: frames that do not end, processes that are paused or have no handles, ports, memory or threads, wrong logins, proxies "
    + "that cut idle connections, and hostile messages. Exit codes: 0 all bounds hold; 1 a bound was broken; 2 no such fault; 130 cancelled with Ctrl+C.")
{
    only, quick,
};
faults.SetAction(async (arguments, cancellationToken) => await FaultRun.RunAsync(arguments.GetValue(only)!, arguments.GetValue(quick), cancellationToken));
var fault = new Argument<string>("fault");
var url = new Option<string>("--url") { DefaultValueFactory = _ => "" };
var child = new Command("child", "The process of a fault; started by 'faults'.") { fault, url };
child.Hidden = true;
child.SetAction(async (arguments, cancellationToken) => await FaultChild.RunAsync(arguments.GetValue(fault)!, arguments.GetValue(url)!, cancellationToken));
var root = new RootCommand("Injects faults into a cluster of real servers and verifies what the client reports.") { core, jetStream, storm, network, faults, child };
return await root.Parse(args).InvokeAsync();
