using System.CommandLine;
using Earshot.Cli.Demo;

var root = new RootCommand("Earshot: a NATS client for .NET with a complete event journal for each connection.")
{
    DemoCommand.Create(TimeProvider.System),
};
// On Ctrl-C the servers of the demo are ended before the process is; they need a moment for that.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) };
return await root.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
