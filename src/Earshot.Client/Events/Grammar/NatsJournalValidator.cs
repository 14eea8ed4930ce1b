using Earshot.Events;

namespace Earshot;

/// <summary>
/// Checks that a journal follows the rules of every connection: the order, pairing and numbering of its events. It reads events, exported
/// JSON lines or a timeline; a journal that was read through a filter has gaps and does not pass.
/// </summary>
public static class NatsJournalValidator
{
    /// <summary>Checks events in the given order.</summary>
    /// <param name="events">The events, from the first of the connection on, or from a <see cref="NatsEventsMissedEvent"/>.</param>
    /// <param name="requireClosed">Whether a journal that does not end with Closed is a violation. Default: no.</param>
    /// <returns>The violations; empty when there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> is null.</exception>
    public static IReadOnlyList<NatsJournalViolation> Validate(IEnumerable<NatsConnectionEvent> events, bool requireClosed = false)
    {
        ArgumentNullException.ThrowIfNull(events);
        var checker = new GrammarChecker();
        foreach (NatsConnectionEvent e in events)
        {
            checker.Accept(JournalLine.Of(e));
        }

        return Finish(checker, requireClosed);
    }

    /// <summary>Checks a journal that was exported as JSON lines.</summary>
    /// <param name="jsonLines">One event per line; empty lines are skipped.</param>
    /// <param name="requireClosed">Whether a journal that does not end with Closed is a violation. Default: no.</param>
    /// <returns>The violations; empty when there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="jsonLines"/> is null.</exception>
    public static IReadOnlyList<NatsJournalViolation> ValidateJsonLines(TextReader jsonLines, bool requireClosed = false) =>
        ValidateLines(jsonLines, requireClosed, JournalLineReader.TryReadJson);

    /// <summary>Checks a journal that was written as a timeline.</summary>
    /// <param name="timeline">One event per line; empty lines are skipped.</param>
    /// <param name="requireClosed">Whether a journal that does not end with Closed is a violation. Default: no.</param>
    /// <returns>The violations; empty when there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timeline"/> is null.</exception>
    public static IReadOnlyList<NatsJournalViolation> ValidateTimeline(TextReader timeline, bool requireClosed = false) =>
        ValidateLines(timeline, requireClosed, JournalLineReader.TryReadTimeline);

    private static IReadOnlyList<NatsJournalViolation> ValidateLines(TextReader reader, bool requireClosed, JournalLineReader.Parse parse)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var checker = new GrammarChecker();
        for (int number = 1; reader.ReadLine() is { } text; number++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            if (parse(text, out JournalLine line))
            {
                checker.Accept(line);
            }
            else
            {
                checker.ReportFormat(number, "this line is not an event");
            }
        }

        return Finish(checker, requireClosed);
    }

    private static IReadOnlyList<NatsJournalViolation> Finish(GrammarChecker checker, bool requireClosed)
    {
        if (requireClosed)
        {
            checker.RequireEnd();
        }

        return checker.Violations;
    }
}
