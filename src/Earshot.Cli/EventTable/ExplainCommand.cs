using System.CommandLine;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.EventTable;

/// <summary>The verb <c>earshot explain</c>: what a kind of event means, what to do, and what it is in other clients.</summary>
internal static class ExplainCommand
{
    internal static Command Create(ToolHost host)
    {
        var kind = new Argument<string>("kind") { Description = "The name or id of a kind of event, or the name of a callback or event of another client.", HelpName = "kind" };
        kind.CompletionSources.Add(static _ => EventCatalogue.All.Select(static row => row.Kind));
        var json = new Option<bool>("--json") { Description = "Write one JSON object per kind." };
        var command = new Verb(
            "explain", "Explains a kind of event: what it means, what to do, and which event of other clients it is.",
            "earshot explain Disconnected", "earshot explain 601", "earshot explain DisconnectErrHandler --json")
        {
            kind, json,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(kind)!;
            IReadOnlyList<EventRow> rows = EventCatalogue.Find(name);
            if (rows.Count == 0)
            {
                string? nearest = NearestName.To(name, EventCatalogue.All.Select(static row => row.Kind));
                string advice = nearest is null ? "`earshot events` lists all." : $"Did you mean {nearest}?";
                throw new ToolException(ExitCode.Usage, $"There is no kind of event '{SafeText.Line(name)}'. {advice}");
            }

            Screen screen = host.OpenScreen();
            foreach (EventRow row in rows)
            {
                if (parsed.GetValue(json))
                {
                    JsonLines.Write(host.Out, EventKindAnswer.Of(row, hasOtherClients: true), EventTableJson.Default.EventKindAnswer);
                }
                else
                {
                    EventTableView.WriteOne(screen, row);
                }
            }

            return ExitCode.Success;
        });
        return command;
    }
}
