using System.CommandLine;
using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Journals;

/// <summary>The verb <c>earshot validate</c>: checks the grammar of a recorded journal and shows the lines that break it.</summary>
internal static class ValidateCommand
{
    private const string Description =
        """
        Checks that a recorded journal follows the rules of every connection: order, pairing and numbering of its events. Each
        violation is printed with the line that has it.

        Exit codes: 0 the journal is valid; 1 it is not; 3 the file cannot be read.
        """;

    internal static Command Create(ToolHost host)
    {
        var file = new Argument<string>("file") { Description = "A journal as JSON lines; - for the standard input." };
        var closed = new Option<bool>("--closed") { Description = "Also require that the journal ends with Closed." };
        var json = new Option<bool>("--json") { Description = "Write violations as JSON lines." };
        var command = new Verb(
            "validate",
            Description,
            "earshot validate orders.jsonl",
            "earshot validate orders.jsonl --closed",
            "earshot demo --fast --json | earshot validate -")
        { file, closed, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            JournalText text = await JournalText.ReadAsync(parsed.GetValue(file)!, host, cancellationToken).ConfigureAwait(false);
            if (text.Lines.Count == 0)
            {
                throw new ToolException(ExitCode.File, $"{text.Path} contains no event.");
            }

            IReadOnlyList<BrokenRule> broken = [.. text.ByConnection().SelectMany(part => JournalCheck.Run(part.Text, parsed.GetValue(closed)))];
            if (parsed.GetValue(json))
            {
                WriteJson(text, broken, host.Out);
            }
            else
            {
                Show(text, broken, host.OpenScreen());
            }

            return broken.Count == 0 ? ExitCode.Success : ExitCode.Negative;
        });
        return command;
    }

    private static void WriteJson(JournalText text, IReadOnlyList<BrokenRule> broken, TextWriter output)
    {
        foreach (BrokenRule rule in broken)
        {
            NatsJournalViolation violation = rule.Violation;
            JsonLines.Write(output, new ViolationAnswer(rule.Line, violation.Sequence, violation.Rule, violation.Text, rule.Event), JournalsJson.Default.ViolationAnswer);
        }

        JsonLines.Write(output, new ValidAnswer(text.Path, text.Lines.Count, broken.Count), JournalsJson.Default.ValidAnswer);
    }

    private static void Show(JournalText text, IReadOnlyList<BrokenRule> broken, Screen screen)
    {
        foreach (BrokenRule rule in broken)
        {
            string place = rule.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{text.Path}:{line}: ") : $"{text.Path}: ";
            screen.Line(new Span(SafeText.Line(place)), new Span($"{rule.Violation.Rule}: ", TextStyle.Bad), new Span(SafeText.Line(rule.Violation.Text)));
            screen.Line(new Span("    "), new Span(rule.Event ?? "", TextStyle.Quiet));
        }

        screen.Line(broken.Count == 0
            ? new Span(string.Create(CultureInfo.InvariantCulture, $"valid: {text.Lines.Count} events"), TextStyle.Good)
            : new Span(string.Create(CultureInfo.InvariantCulture, $"not valid: {broken.Count} {(broken.Count == 1 ? "violation" : "violations")} in {text.Lines.Count} lines"), TextStyle.Bad));
    }
}
