using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Servers;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Demo;

/// <summary>
/// One performance: opens the stage, plays the acts, shows the journal as it is written, and gives the exit code. What is
/// played is in the script; how it looks is with the printer.
/// </summary>
internal sealed class DemoRun(DemoOptions options, IReadOnlyList<DemoSection> script, Screen screen, Stream? journal, TimeProvider time)
{
    internal const int Success = 0;
    internal const int Missing = 1;
    internal const int Interrupted = 130;

    private readonly EventPrinter _printer = new(screen, options.Verbose ? NatsEventSeverity.Trace : NatsEventSeverity.Information);
    private readonly JournalFollower _follower = new();

    /// <summary>The events so far.</summary>
    internal IReadOnlyList<NatsConnectionEvent> Seen => _follower.Seen;

    /// <summary>Plays the script.</summary>
    /// <param name="cancellationToken">Ends it early; the servers are ended first.</param>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            screen.Line(new Span($"Starting three {(options.Real ? "nats-servers" : "servers inside this process")} on loopback ...", TextStyle.Quiet));
            return await PerformAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Line();
            screen.Line(new Span("All servers stopped.", TextStyle.Quiet));
            return Interrupted;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException && !OutputClosedException.IsCauseOf(e))
        {
            // No nats-server, or one that does not start, and the message holds the remedy; or an output that is full.
            _printer.Failure(e.Message);
            return Missing;
        }
    }

    private async Task<int> PerformAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        IDemoCluster cluster = await (options.Real ? RealCluster.StartAsync(cancellationToken) : MockCluster.StartAsync(time, cancellationToken))
            .ConfigureAwait(false);
        var stage = new DemoContext(cluster, (what, text) => _printer.Remark(time.GetElapsedTime(started), what, text), time);
        Task following = Task.CompletedTask;
        string? missed;
        try
        {
            await using (stage.ConfigureAwait(false))
            {
                started = time.GetTimestamp();
                foreach (IDemoServer node in stage.Cluster.Nodes)
                {
                    screen.Line(new Span($"  {node.Name}  {node.Url}", TextStyle.Quiet));
                }

                following = _follower.FollowAsync(stage.Client.Events, ShowAsync);
                missed = await PlayAsync(stage, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // The stage has closed the connection, if no act did, so the journal ends.
            await following.ConfigureAwait(false);
        }

        new Summary(_follower.Seen, stage.Traffic, screen).Print();
        return Judge(missed, time.GetElapsedTime(started));
    }

    private async Task<string?> PlayAsync(DemoContext stage, CancellationToken cancellationToken)
    {
        for (int i = 0; i < script.Count; i++)
        {
            _printer.Heading(i + 1, script.Count, script[i]);
            try
            {
                foreach (Step step in script[i].Steps)
                {
                    await PlayAsync(step, stage, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && !OutputClosedException.IsCauseOf(e))
            {
                return $"{script[i].Heading}: {e.Message}";
            }

            // Only so that a person can read: whatever had to happen has happened.
            await Task.Delay(options.Pause, time, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async Task PlayAsync(Step step, DemoContext stage, CancellationToken cancellationToken)
    {
        NatsEvents events = stage.Client.Events;
        long at = events.LastSequence;
        await WithTimeoutAsync("The action did not complete", token => step.Action(stage, token), cancellationToken).ConfigureAwait(false);
        foreach (Expectation expected in step.Expected)
        {
            await WithTimeoutAsync(
                $"The expected event {expected.Name} was not received",
                async token => at = await expected.AwaitAsync(stage, at, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }

        await _follower.ReachAsync(events.LastSequence, cancellationToken).ConfigureAwait(false);
    }

    private async Task WithTimeoutAsync(string complaint, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        using var waitLimit = new CancellationTokenSource(options.WaitLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waitLimit.Token, cancellationToken);
        try
        {
            await action(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (waitLimit.IsCancellationRequested)
        {
            throw new ExpectationMissedException(
                string.Create(CultureInfo.InvariantCulture, $"{complaint} within {options.WaitLimit.TotalSeconds:0.#} s."));
        }
        catch (NatsException e)
        {
            throw new ExpectationMissedException($"{complaint}: {e.Message}");
        }
    }

    private Task ShowAsync(NatsConnectionEvent e)
    {
        if (journal is not null)
        {
            return NatsJournalExport.WriteAsync([e], journal);
        }

        _printer.Event(e);
        return Task.CompletedTask;
    }

    private int Judge(string? missed, TimeSpan elapsed)
    {
        IReadOnlyList<NatsJournalViolation> violations = NatsJournalValidator.Validate(_follower.Seen, requireClosed: true);
        foreach (NatsJournalViolation violation in violations)
        {
            _printer.Failure($"event {violation.Sequence} violates the journal rule '{violation.Rule}': {violation.Text}");
        }

        if (missed is not null)
        {
            _printer.Failure(missed);
        }

        if (missed is not null || violations.Count > 0)
        {
            return Missing;
        }

        int expected = script.Sum(act => act.Steps.Sum(step => step.Expected.Count));
        screen.Line();
        screen.Line(new Span(string.Create(
            CultureInfo.InvariantCulture, $"  All {expected} expected events were received in {elapsed.TotalSeconds:0} s, and the journal is valid."), TextStyle.Good));
        return Success;
    }
}
