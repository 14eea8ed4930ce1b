using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet</c>: what happened to the connections of a whole service or cluster.</summary>
internal static class FleetCommand
{
    internal static Command Create(ToolHost host) => new Verb(
        "fleet", "Explains lost connections of a whole service or cluster, from what the servers report and from journals.",
        "earshot fleet why --server nats://n1,nats://n2 --user orders --password secret", "earshot fleet incidents orders-*.jsonl",
        "earshot fleet init --app APP --service orders-api > fleet.conf", "earshot fleet serve --server nats://n1,nats://n2 --context collector")
    {
        WhyCommand.Create(host), IncidentsCommand.Create(host), FleetWatchCommand.Create(host), PageCommand.Create(host), InitCommand.Create(host), ServeCommand.Create(host),
    };
}
