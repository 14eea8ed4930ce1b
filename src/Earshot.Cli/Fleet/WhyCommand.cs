using System.CommandLine;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet why</c>: every lost connection with what both sides say, and the verdict.</summary>
internal static class WhyCommand
{
    private const string Description =
        """
        Shows why connections were lost: asks all servers for the open and closed connections of the account, and joins them with journals of Earshot
        clients. Nothing has to be set up. Servers of the default account give the open connections only; --http reads the closed ones.
        """;

    internal static Command Create(ToolHost host)
    {
        var json = new Option<bool>("--json") { Description = "Write servers and losses as JSON lines." };
        var name = new Option<string?>("--name") { Description = "Only clients whose name has this text.", HelpName = "TEXT" };
        var all = new Option<bool>("--all") { Description = "Also list one by one the connections that their clients closed, without a journal." };
        var command = new Verb(
            "why",
            Description,
            "earshot fleet why --context app",
            "earshot fleet why orders.jsonl billing.jsonl --server nats://n1",
            "earshot fleet why --http http://n1:8222 --since 30m",
            "earshot fleet why --streams --context ops --since 2h")
        { name, all, json };
        var sources = FleetSources.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            FleetInput input = await sources.ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
            FleetReport report = Incidents.Find(input.Records, input.Options);
            IReadOnlyList<FleetLoss> losses = [.. report.Losses.Where(loss => loss.From >= input.Since && Matches(loss, parsed.GetValue(name)))];
            if (parsed.GetValue(json))
            {
                WriteJson(report, losses, host.Out);
            }
            else
            {
                new WhyView(host.OpenScreen()).Write(input, report, losses, parsed.GetValue(all));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static bool Matches(FleetLoss loss, string? name) => name is null || loss.Name?.Contains(name, StringComparison.OrdinalIgnoreCase) == true;

    private static void WriteJson(FleetReport report, IReadOnlyList<FleetLoss> losses, TextWriter output)
    {
        foreach (FleetServer server in report.Servers)
        {
            JsonLines.Write(output, FleetServerAnswer.Of(server), FleetJson.Default.FleetServerAnswer);
        }

        foreach (FleetLoss loss in losses)
        {
            JsonLines.Write(output, LossAnswer.Of(loss), FleetJson.Default.LossAnswer);
        }
    }
}
