using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>Follows the streams, and shows what changes from one look to the next.</summary>
internal sealed class FleetWatchRun(FleetWatchSettings settings, IFleetWatchView view, ToolHost host)
{
    // An incident of which a part has left the window looks like another one.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(300);

    // Time alone ends an incident.
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly FleetChangeTracker _tracker = new();
    private (int Began, int Ended) _counts;

    /// <summary>Follows until an incident, a time or the cancellation ends it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">There is no stream.</exception>
    internal async Task<int> RunAsync(NatsOpts opts, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.Limit ?? Timeout.InfiniteTimeSpan, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        ToolConnection connection = await ToolConnection.OpenAsync(opts, host, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var options = new FleetReaderOptions { Window = TimeSpan.FromHours(1) + settings.Since };
            FleetStreamReader reader = await FleetStreamReader.StartAsync(connection.Nats, options, cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                StreamReading.ThrowIfNothing(reader.Read(), connection);
                try
                {
                    return await FollowAsync(reader, either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return settings.UntilIncident ? ExitCode.Negative : ExitCode.Success;
                }
                finally
                {
                    view.End();
                    await host.Error.WriteLineAsync($"{(_counts.Began == 1 ? "1 incident" : $"{_counts.Began} incidents")} began, {_counts.Ended} {(_counts.Ended == 1 ? "is" : "are")} over").ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<int> FollowAsync(FleetStreamReader reader, CancellationToken cancellationToken)
    {
        DateTimeOffset since = host.Time.GetUtcNow() - settings.Since;
        IReadOnlyList<string>? problems = null;
        while (true)
        {
            long start = host.Time.GetTimestamp();
            Task changed = reader.Changed;
            FleetStreamContent content = reader.Read();
            if (problems is null || !problems.SequenceEqual(content.Problems))
            {
                problems = content.Problems;
                view.Begin(content);
            }

            if (Show(content, since))
            {
                return ExitCode.Success;
            }

            // A large window takes a while to be explained; most of the time remains for everything else.
            TimeSpan pause = host.Time.GetElapsedTime(start) * 3;
            await Task.Delay(pause > s_least ? pause : s_least, host.Time, cancellationToken).ConfigureAwait(false);
            await WaitAsync(changed, cancellationToken).ConfigureAwait(false);
        }
    }

    // Whether it is time to end.
    private bool Show(FleetStreamContent content, DateTimeOffset since)
    {
        DateTimeOffset now = host.Time.GetUtcNow();
        FleetReport report = Incidents.Find(content.Records, new IncidentOptions { CompleteUntil = content.CompleteUntil });
        DateTimeOffset from = content.From + s_margin > since ? content.From + s_margin : since;
        foreach (FleetChange change in _tracker.Next(report, now, from))
        {
            _counts = (_counts.Began + (change.Kind == FleetChangeKind.IncidentBegan ? 1 : 0), _counts.Ended + (change.Kind == FleetChangeKind.IncidentEnded ? 1 : 0));
            view.Show(now, change);
        }

        int inProgress = report.Incidents.Count(incident => incident.From >= from && !FleetChangeTracker.IsOver(incident, report, now));
        view.Now(content, report, inProgress);
        return settings.UntilIncident && inProgress > 0;
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(s_tick, host.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nothing was stored; what was may be over.
        }
    }
}
