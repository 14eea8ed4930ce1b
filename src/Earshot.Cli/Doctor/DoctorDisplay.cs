using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Spectre.Console;

namespace Earshot.Cli.Doctor;

/// <summary>
/// Shows an examination. On a terminal the steps so far and the one that is running are redrawn in place, and the answer then replaces
/// them; elsewhere each step is written as soon as it has its outcome.
/// </summary>
internal sealed class DoctorDisplay(ToolHost host, bool isJson)
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(100);

    private readonly Screen _screen = host.OpenScreen();

    /// <summary>The terminal for what is running; tests use their own.</summary>
    internal IAnsiConsole Terminal { get; init; } = LiveFrame.Open(host.Out, host.IsPlain);

    /// <summary>Examines a server and shows it.</summary>
    /// <exception cref="ToolException">A TLS file cannot be used; nothing is shown.</exception>
    public async Task<Verdict> ExamineAsync(ProbePlan plan, CancellationToken cancellationToken)
    {
        if (isJson)
        {
            using var run = new DoctorRun(plan, step => JsonLines.Write(host.Out, step with { Server = plan.Server }, DoctorJson.Default.Step));
            await run.RunAsync(cancellationToken).ConfigureAwait(false);
            Verdict verdict = run.Examination.Verdict() with { Server = plan.Server };
            JsonLines.Write(host.Out, verdict, DoctorJson.Default.Verdict);
            return verdict;
        }

        if (host.IsOutRedirected)
        {
            using var run = new DoctorRun(plan, step => Write([DoctorView.Line(step)]));
            Write([DoctorView.Heading(plan.Server)]);
            await run.RunAsync(cancellationToken).ConfigureAwait(false);
            Verdict verdict = run.Examination.Verdict();
            Write(DoctorView.Verdict(verdict, _screen.Width));
            return verdict;
        }

        return await ExamineLiveAsync(plan, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Verdict> ExamineLiveAsync(ProbePlan plan, CancellationToken cancellationToken)
    {
        var live = new LiveFrame(Terminal, s_redraw, host.Time) { IsRemoved = true };
        using var run = new DoctorRun(plan, static _ => { });
        using var stop = new CancellationTokenSource();
        Task shown = live.CanRedraw ? live.RunAsync(_ => Draw(plan, run.Examination), stop.Token) : Task.CompletedTask;
        try
        {
            await run.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await shown.ConfigureAwait(false);
        }

        Verdict verdict = run.Examination.Verdict();
        Write(DoctorView.Lines(plan.Server, run.Examination.Steps, verdict, _screen.Width));
        return verdict;
    }

    private Frame Draw(ProbePlan plan, Examination examination)
    {
        RunningStep? running = examination.Running;
        Step? unfinished = running is null ? null : new Step(running.Name, StepOutcome.Running, host.Time.GetElapsedTime(running.Start), running.Text);
        int width = Terminal.Profile.Width;
        return new Frame([.. DoctorView.Progress(plan.Server, examination.Steps, unfinished, width).Select(line => FrameLine.Of(width - 1, [.. line]))]);
    }

    private void Write(IEnumerable<IReadOnlyList<Span>> lines)
    {
        foreach (IReadOnlyList<Span> line in lines)
        {
            _screen.Line([.. line]);
        }
    }
}
