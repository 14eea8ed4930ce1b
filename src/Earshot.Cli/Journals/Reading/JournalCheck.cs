using Earshot.Cli.Output;

namespace Earshot.Cli.Journals;

/// <summary>Validates a journal's file and finds the line of each violation.</summary>
internal static class JournalCheck
{
    private const int LongestLine = 160;

    internal static IReadOnlyList<BrokenRule> Run(JournalText text, bool requireClosed)
    {
        // Each line keeps its number, because the validator reports by it what is not an event.
        int at = 0;
        using var reader = new StringReader(string.Join('\n', Numbered()));
        IReadOnlyList<NatsJournalViolation> violations = NatsJournalValidator.ValidateJsonLines(reader, requireClosed);
        if (violations.Count == 0)
        {
            return [];
        }

        ILookup<long, (int Number, string Text, NatsConnectionEvent Event)> bySequence = text.Lines
            .Select(line => (line.Number, line.Text, Event: EventLine.TryRead(line.Text, out NatsConnectionEvent? e, out _) ? e : null))
            .Where(line => line.Event is not null)
            .ToLookup(line => line.Event!.Sequence, line => (line.Number, line.Text, line.Event!));
        return [.. violations.Select(Locate)];

        IEnumerable<string> Numbered()
        {
            foreach ((int number, string line) in text.Lines)
            {
                for (at++; at < number; at++)
                {
                    yield return "";
                }

                yield return line;
            }
        }

        BrokenRule Locate(NatsJournalViolation violation)
        {
            if (violation.Rule == "format")
            {
                string line = text.Lines.FirstOrDefault(line => line.Number == violation.Sequence).Text ?? "";
                return new BrokenRule(violation, (int)violation.Sequence, SafeText.Line(line.Length > LongestLine ? $"{line[..LongestLine]}…" : line));
            }

            // A number that comes twice is wrong where it comes again.
            (int Number, string Text, NatsConnectionEvent Event)[] found = [.. bySequence[violation.Sequence]];
            return found.Length == 0
                ? new BrokenRule(violation, null, null)
                : new BrokenRule(violation, found[^1].Number, SafeText.Line(NatsJournalExport.ToTimeline([found[^1].Event]).TrimEnd('\n')));
        }
    }
}
