using System.CommandLine;
using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.EventTable;

/// <summary>The verb <c>earshot events</c>: the table of all kinds of events.</summary>
internal static class EventsCommand
{
    internal static Command Create(ToolHost host)
    {
        var text = new Argument<string?>("text") { Description = "Show only kinds in whose name, id, members or meaning this is.", Arity = ArgumentArity.ZeroOrOne };
        var category = new Option<string>("--category", "-c") { Description = "Show only one category, such as Lifecycle or Errors." };
        category.CompletionSources.Add(static _ => EventCatalogue.Categories);
        var json = new Option<bool>("--json") { Description = "Write one JSON object per kind." };
        var command = new Verb(
            "events", "Lists all kinds of connection events: id, class, members and meaning.",
            "earshot events", "earshot events --category Errors", "earshot events buffer --json")
        {
            text, category, json,
        };
        command.SetAction(parsed =>
        {
            List<EventRow> rows = Select(parsed.GetValue(text), parsed.GetValue(category));
            if (parsed.GetValue(json))
            {
                rows.ForEach(row => JsonLines.Write(host.Out, EventKindAnswer.Of(row, hasOtherClients: false), EventTableJson.Default.EventKindAnswer));
                return ExitCode.Success;
            }

            EventTableView.WriteTable(host.OpenScreen(), rows);
            return ExitCode.Success;
        });
        return command;
    }

    private static List<EventRow> Select(string? text, string? category)
    {
        string? heading = category is null ? null
            : EventCatalogue.Categories.FirstOrDefault(one => one.StartsWith(category, StringComparison.OrdinalIgnoreCase))
            ?? throw new ToolException(ExitCode.Usage, $"There is no category '{SafeText.Line(category)}'; the categories are {string.Join(", ", EventCatalogue.Categories)}.");
        List<EventRow> rows = [.. EventCatalogue.All.Where(row => (heading is null || row.Category == heading) && (text is null || Contains(row, text)))];
        return rows.Count > 0 ? rows : throw new ToolException(ExitCode.Negative, $"No kind of event contains '{SafeText.Line(text!)}'.");
    }

    private static bool Contains(EventRow row, string text) =>
        row.Kind.Contains(text, StringComparison.OrdinalIgnoreCase)
        || row.Id.ToString(CultureInfo.InvariantCulture) == text
        || row.Meaning.Contains(text, StringComparison.OrdinalIgnoreCase)
        || row.Payload.Any(member => member.Contains(text, StringComparison.OrdinalIgnoreCase));
}
