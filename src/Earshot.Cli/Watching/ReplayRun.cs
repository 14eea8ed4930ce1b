using Earshot.Cli.Journals;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>Shows recorded events in the order of their times: all of them immediately, or at the speed at which they happened or a multiple of it.</summary>
internal sealed class ReplayRun
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<(int Connection, NatsConnectionEvent Event)> _events;
    private readonly ToolHost _host;
    private long _now; // ticks: the screen reads it while it changes

    private ReplayRun(IReadOnlyList<string> labels, IReadOnlyList<(int Connection, NatsConnectionEvent Event)> events, ToolHost host)
    {
        (Labels, _events, _host) = (labels, events, host);
        Now = events[0].Event.Timestamp;
    }

    /// <summary>The names of the connections in the files.</summary>
    internal IReadOnlyList<string> Labels { get; }

    /// <summary>The time in the recording.</summary>
    internal DateTimeOffset Now
    {
        get => new(Volatile.Read(ref _now), TimeSpan.Zero);
        private set => Volatile.Write(ref _now, value.UtcTicks);
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="ToolException">A file cannot be read, or is no journal.</exception>
    internal static async Task<ReplayRun> ReadAsync(IReadOnlyList<string> paths, ToolHost host, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecordedJournal> journals = await JournalReader.ReadAsync(paths, host, cancellationToken).ConfigureAwait(false);
        IEnumerable<(int Connection, NatsConnectionEvent Event)> events = journals.SelectMany(static (journal, index) => journal.Events.Select(e => (index, e)));
        // A stable sort: events of the same time keep the order of their files.
        return new ReplayRun([.. journals.Select(journal => LabelOf(journal, paths.Count))], [.. events.OrderBy(static pair => pair.Event.Timestamp)], host);
    }

    /// <summary>Shows all events.</summary>
    /// <param name="display">Where.</param>
    /// <param name="state">The model of the screen.</param>
    /// <param name="speed">How many times as fast as it happened; null for immediately.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task RunAsync(IWatchDisplay display, WatchState state, double? speed, CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource();
        Task shown = display.RunAsync(stop.Token);
        try
        {
            foreach ((int connection, NatsConnectionEvent e) in _events)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (speed is { } times)
                {
                    await AdvanceAsync(e.Timestamp, times, cancellationToken).ConfigureAwait(false);
                }

                Now = e.Timestamp;
                state.Apply(connection, e);
                display.Show(connection, e);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await shown.ConfigureAwait(false);
        }
    }

    // In steps, so that the screen moves while nothing happens.
    private async Task AdvanceAsync(DateTimeOffset until, double speed, CancellationToken cancellationToken)
    {
        DateTimeOffset from = Now;
        long started = _host.Time.GetTimestamp();
        while (Now < until)
        {
            TimeSpan left = (until - Now) / speed;
            await Task.Delay(left < s_step ? left : s_step, _host.Time, cancellationToken).ConfigureAwait(false);
            DateTimeOffset reached = from + (_host.Time.GetElapsedTime(started) * speed);
            Now = reached < until ? reached : until;
        }
    }

    private static string LabelOf(RecordedJournal journal, int files)
    {
        string? servers = journal.Events[0] is NatsConnectingEvent { Servers: { Count: > 0 } urls } ? string.Join(',', urls.Select(static url => url.ToString().TrimEnd('/'))) : null;
        string? name = journal.Connection ?? servers;
        return name is null ? journal.Name : files > 1 ? $"{Path.GetFileName(journal.File)} {name}" : name;
    }
}
