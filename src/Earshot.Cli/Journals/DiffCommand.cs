using System.CommandLine;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Journals;

/// <summary>The verb <c>earshot diff</c>: two recorded journals, event by event.</summary>
internal static class DiffCommand
{
    private const string Description =
        """
        Compares two recorded journals, event by event: which events only one of them has (- the first, + the second), and where
        causes, servers, durations and numbers differ (~). Durations differ when one is more than half as long again as the other and by
        more than 50 ms. Keep-alive and the phases of connect attempts are left out without --all.

        Exit codes: 0 both have the same kinds of events in the same order; 1 they differ in that; 3 a file cannot be read.
        """;

    internal static Command Create(ToolHost host)
    {
        var first = new Argument<string>("a") { Description = "The first journal as JSON lines." };
        var second = new Argument<string>("b") { Description = "The second journal; - for the standard input." };
        var all = new Option<bool>("--all") { Description = "Also compare keep-alive and the phases of connect attempts." };
        var json = new Option<bool>("--json") { Description = "Write differences as JSON lines." };
        var command = new Verb(
            "diff",
            Description,
            "earshot diff good-night.jsonl bad-night.jsonl",
            "earshot diff before.jsonl after.jsonl --json")
        { first, second, all, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<RecordedJournal> journals = await JournalReader.ReadAsync([parsed.GetValue(first)!, parsed.GetValue(second)!], host, cancellationToken).ConfigureAwait(false);
            if (journals.FirstOrDefault(journal => journal.Connection is not null) is { } named)
            {
                throw new ToolException(ExitCode.Usage, $"{named.File} has several connections; diff compares the files of two, as watch --record writes them.");
            }

            var diff = JournalDiff.Of(journals[0].Events, journals[1].Events, parsed.GetValue(all));
            if (parsed.GetValue(json))
            {
                WriteJson(diff, journals, host.Out);
            }
            else
            {
                DiffView.Show(diff, journals[0].Name, journals[1].Name, host.OpenScreen());
            }

            return diff.HasSameKinds ? ExitCode.Success : ExitCode.Negative;
        });
        return command;
    }

    private static void WriteJson(JournalDiff diff, IReadOnlyList<RecordedJournal> journals, TextWriter output)
    {
        foreach (DiffEntry entry in diff.Entries.Where(entry => !entry.IsEqual))
        {
            string side = entry.B is null ? "a" : entry.A is null ? "b" : "both";
            JsonLines.Write(output, new DifferenceAnswer(side, entry.Event.Kind.ToString(), entry.A?.Sequence, entry.B?.Sequence)
            {
                Message = side == "both" ? null : entry.Event.Message,
                Values = side == "both" ? [.. entry.Values.Select(value => new ValueAnswer(value.Name, value.A, value.B))] : null,
            }, JournalsJson.Default.DifferenceAnswer);
        }

        JsonLines.Write(output, new DiffAnswer(journals[0].Name, journals[1].Name, diff.Equal, diff.Different, diff.OnlyA, diff.OnlyB), JournalsJson.Default.DiffAnswer);
    }
}
