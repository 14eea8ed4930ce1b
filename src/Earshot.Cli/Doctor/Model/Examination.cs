using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Collects the steps of one server and derives the verdict. The first finding counts. One thread writes, any may read.</summary>
/// <param name="printable">What is removed from every text that is added.</param>
/// <param name="time">The clock.</param>
/// <param name="added">Called with each step that is added.</param>
internal sealed class Examination(Printable printable, TimeProvider time, Action<Step> added)
{
    private volatile ImmutableList<Step> _steps = [];
    private volatile RunningStep? _running;
    private Finding? _finding;

    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>The step that has begun; null between two of them.</summary>
    public RunningStep? Running => _running;

    /// <summary>Says what is being done, until the next step is added or begun.</summary>
    public void Begin(string name, string text) => _running = new RunningStep(name, printable.Text(text), time.GetTimestamp());

    public void Ok(string name, TimeSpan? duration, string text, JsonObject? facts = null) => Add(new Step(name, StepOutcome.Ok, duration, text) { Facts = facts });

    public void Unknown(string name, string text) => Add(new Step(name, StepOutcome.Unknown, null, text));

    public void Warn(string name, TimeSpan? duration, string text, string advice, JsonObject? facts = null) =>
        Add(new Step(name, StepOutcome.Warning, duration, text) { Facts = facts, Advice = advice });

    public void Fail(string name, TimeSpan? duration, Finding finding, JsonObject? facts = null)
    {
        _finding ??= finding with { Advice = printable.Text(finding.Advice) };
        Add(new Step(name, StepOutcome.Failed, duration, finding.Text) { Facts = facts, Advice = finding.Advice });
    }

    /// <summary>Ends the examination in the middle of a step.</summary>
    public void Cancel()
    {
        RunningStep? running = _running;
        _finding ??= new Finding(ExitCode.Cancelled, "cancelled", "", "The examination was cancelled before it was complete: run it again.");
        if (running is not null)
        {
            Add(new Step(running.Name, StepOutcome.Unknown, time.GetElapsedTime(running.Start), $"cancelled while {running.Text}"));
        }
    }

    /// <summary>The result of the steps so far.</summary>
    public Verdict Verdict()
    {
        if (_finding is { } finding)
        {
            return new Verdict(finding.ExitCode == ExitCode.Cancelled ? StepOutcome.Unknown : StepOutcome.Failed, finding.ExitCode, finding.Cause, finding.Advice);
        }

        return _steps.Find(static step => step.Outcome == StepOutcome.Warning) is { Advice: { } advice }
            ? new Verdict(StepOutcome.Warning, ExitCode.Success, "none", $"The connection works; {advice}")
            : new Verdict(StepOutcome.Ok, ExitCode.Success, "none", "Nothing, the connection works.");
    }

    private void Add(Step step)
    {
        step = step with
        {
            Text = printable.Text(step.Text),
            Advice = step.Advice is null ? null : printable.Text(step.Advice),
            Facts = step.Facts is null ? null : printable.Of(step.Facts),
        };
        _steps = _steps.Add(step);
        _running = null;
        added(step);
    }
}
