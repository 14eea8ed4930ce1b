using System.CommandLine;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet incidents</c>: losses that belong together, as sentences.</summary>
internal static class IncidentsCommand
{
    private const string Description =
        """
        Finds incidents: losses that belong together, with their cause, exact counts, and what became of the clients. It reads what
        fleet why reads, which shows every single loss.
        """;

    internal static Command Create(ToolHost host)
    {
        var json = new Option<bool>("--json") { Description = "Write servers, incidents and findings as JSON lines." };
        var command = new Verb(
            "incidents",
            Description,
            "earshot fleet incidents --context app",
            "earshot fleet incidents node-*.jsonl --offline",
            "earshot fleet incidents --http http://n1:8222 --http http://n2:8222 --save night.jsonl",
            "earshot fleet incidents --streams --context ops --since 2h")
        { json };
        var sources = FleetSources.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            FleetInput input = await sources.ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
            FleetReport report = Incidents.Find(input.Records, input.Options);
            IReadOnlyList<FleetIncident> incidents = [.. report.Incidents.Where(incident => incident.To >= input.Since)];
            if (parsed.GetValue(json))
            {
                WriteJson(report, incidents, host.Out);
            }
            else
            {
                Show(host.OpenScreen(), input, report, incidents);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(Screen screen, FleetInput input, FleetReport report, IReadOnlyList<FleetIncident> incidents)
    {
        FleetHeader.Write(screen, input, report);
        foreach (FleetIncident incident in incidents)
        {
            Show(screen, incident, "");
        }

        foreach (FleetFinding finding in report.Findings.Where(finding => finding.At >= input.Since))
        {
            screen.Line(new Span($"{finding.Kind}  ", TextStyle.Quiet), new Span(SafeText.Line(finding.Sentence)));
        }

        int others = report.Others.Count(loss => loss.From >= input.Since);
        string rest = others == 0 ? "" : $" {(others == 1 ? "One loss belongs" : $"{others} losses belong")} to no incident; earshot fleet why shows all.";
        if (incidents.Count == 0 || rest.Length > 0)
        {
            screen.Line(new Span($"{(incidents.Count == 0 ? "No incident was found." : "")}{rest}".Trim(), TextStyle.Quiet));
        }
    }

    private static void Show(Screen screen, FleetIncident incident, string indent)
    {
        screen.Line(new Span(indent), new Span($"{incident.From.UtcDateTime:yyyy-MM-dd}  {incident.Id}  ", TextStyle.Quiet), new Span(SafeText.Line(incident.Sentence)));
        foreach (FleetIncident part in incident.Parts)
        {
            Show(screen, part, indent + "  ");
        }
    }

    private static void WriteJson(FleetReport report, IReadOnlyList<FleetIncident> incidents, TextWriter output)
    {
        foreach (FleetServer server in report.Servers)
        {
            JsonLines.Write(output, FleetServerAnswer.Of(server), FleetJson.Default.FleetServerAnswer);
        }

        foreach (IncidentAnswer incident in incidents.SelectMany(incident => IncidentAnswer.Of(incident)))
        {
            JsonLines.Write(output, incident, FleetJson.Default.IncidentAnswer);
        }

        foreach (FleetFinding finding in report.Findings)
        {
            JsonLines.Write(output, FindingAnswer.Of(finding), FleetJson.Default.FindingAnswer);
        }
    }
}
