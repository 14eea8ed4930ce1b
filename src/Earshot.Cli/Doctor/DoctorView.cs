using System.Globalization;
using Earshot.Cli.Output;
using Spectre.Console;

namespace Earshot.Cli.Doctor;

/// <summary>
/// The answer as lines. On a terminal it fits on 24 rows: texts that are too long are continued on a second line while there is room, the
/// failed step's first, and cut otherwise. Where lines are unlimited, each step is one line. Pure.
/// </summary>
internal static class DoctorView
{
    private const int Rows = 23; // the prompt needs one
    private const int NameWidth = 10;
    private const int DurationWidth = 9;
    private const int Indent = 2 + 6 + NameWidth + DurationWidth + 2;
    private const int ShortestText = 20;
    private const int WidestTerminal = 1000;
    private const string WhatToDo = "What to do: ";

    /// <summary>The first line.</summary>
    public static IReadOnlyList<Span> Heading(string server) => [new Span(server, TextStyle.Heading)];

    /// <summary>A step as one line.</summary>
    public static IReadOnlyList<Span> Line(Step step) => [.. Columns(step), new Span(step.Text)];

    /// <summary>The whole answer for a width in columns.</summary>
    public static IReadOnlyList<IReadOnlyList<Span>> Lines(string server, IReadOnlyList<Step> steps, Verdict verdict, int width)
    {
        IReadOnlyList<IReadOnlyList<Span>> end = Verdict(verdict, width);
        return [Heading(server), .. Steps(steps, width, Rows - 1 - end.Count), .. end];
    }

    /// <summary>The steps so far and the one that is running; null between two.</summary>
    public static IReadOnlyList<IReadOnlyList<Span>> Progress(string server, IReadOnlyList<Step> steps, Step? running, int width) =>
        [Heading(server), .. Steps(running is null ? steps : [.. steps, running], width, Rows - 1)];

    /// <summary>The end of the answer: what to do and the exit code.</summary>
    public static IReadOnlyList<IReadOnlyList<Span>> Verdict(Verdict verdict, int width)
    {
        List<IReadOnlyList<Span>> lines = [[]];
        foreach (string text in TextColumns.Break(verdict.Advice, Room(width, WhatToDo.Length)))
        {
            lines.Add([new Span(lines.Count == 1 ? WhatToDo : new string(' ', WhatToDo.Length), Look(verdict.Outcome)), new Span(text)]);
        }

        lines.Add([new Span(string.Create(CultureInfo.InvariantCulture, $"Exit code {verdict.ExitCode}, cause: {verdict.Cause}"), TextStyle.Quiet)]);
        return lines;
    }

    private static List<IReadOnlyList<Span>> Steps(IReadOnlyList<Step> steps, int width, int rows)
    {
        int room = Room(width, Indent);
        IReadOnlyList<string>[] texts = [.. steps.Select(step => TextColumns.Wrap(step.Text, room, Rows))];
        int[] heights = Heights(steps, texts, width <= WidestTerminal ? rows : int.MaxValue);
        List<IReadOnlyList<Span>> lines = [];
        for (int i = 0; i < steps.Count; i++)
        {
            IReadOnlyList<string> kept = heights[i] < texts[i].Count ? TextColumns.Wrap(steps[i].Text, room, heights[i]) : texts[i];
            for (int row = 0; row < kept.Count; row++)
            {
                lines.Add(row == 0 ? [.. Columns(steps[i]), new Span(kept[0])] : [new Span(new string(' ', Indent)), new Span(kept[row])]);
            }
        }

        return lines;
    }

    // Every step gets one line, those that did not succeed come first; then the rest is shared.
    private static int[] Heights(IReadOnlyList<Step> steps, IReadOnlyList<string>[] texts, int rows)
    {
        int[] heights = new int[steps.Count];
        int[] order = [.. Enumerable.Range(0, steps.Count).OrderByDescending(i => steps[i].Outcome is StepOutcome.Failed or StepOutcome.Running ? 2 : steps[i].Outcome is StepOutcome.Warning ? 1 : 0)];
        foreach (int i in order)
        {
            heights[i] = rows > 0 ? 1 : 0;
            rows--;
        }

        foreach (int i in order)
        {
            int more = Math.Clamp(texts[i].Count - 1, 0, Math.Max(0, rows));
            heights[i] += more;
            rows -= more;
        }

        return heights;
    }

    // The last column stays free: some terminals go to the next line as soon as it is written.
    private static int Room(int width, int indent) => width <= WidestTerminal ? Math.Max(ShortestText, width - 1 - indent) : int.MaxValue;

    private static Span[] Columns(Step step)
    {
        string duration = step.Duration is { } measured ? Moment.Measured(measured) : "";
        return
        [
            new Span($"  {Word(step.Outcome),-6}", Look(step.Outcome)),
            new Span(step.Name.PadRight(NameWidth)),
            new Span($"{duration,DurationWidth}  ", TextStyle.Quiet),
        ];
    }

    private static string Word(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Ok => "ok",
        StepOutcome.Warning => "warn",
        StepOutcome.Failed => "FAIL",
        StepOutcome.Running => "...",
        _ => "?",
    };

    private static Style Look(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Ok => TextStyle.Good,
        StepOutcome.Warning => TextStyle.Of(NatsEventSeverity.Warning),
        StepOutcome.Failed => TextStyle.Bad,
        _ => TextStyle.Quiet,
    };
}
