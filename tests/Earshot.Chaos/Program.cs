using System.CommandLine;
using Earshot.Chaos;
using Earshot.Chaos.Core;

var minutes = new Option<double>("--minutes") { Description = "How long faults are injected.", DefaultValueFactory = _ => 1 };
var transport = new Option<ChaosTransport>("--transport") { Description = "How clients reach the servers.", DefaultValueFactory = _ => ChaosTransport.Tcp };
var seed = new Option<int>("--seed") { Description = "Chooses the order of faults; printed at the start. Default: by the clock.", DefaultValueFactory = _ => (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() & 0xFFFF) };
var core = new Command(
    "core",
    "Publishers and subscribers on a cluster of three nat-servers behind fault proxies: resets, cuts, pauses, freezes, kills, lame ducks and reloads. "
    + "Auditors on raw sockets decide what was lost. Exit codes: 0 no invariant was violated; 1 one was; 130 stopped by Ctrl-C.")
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
var root = new RootCommand("Breaks a cluster of real servers on purpose and checks what the client reports about it.") { core };
return await root.Parse(args).InvokeAsync();
