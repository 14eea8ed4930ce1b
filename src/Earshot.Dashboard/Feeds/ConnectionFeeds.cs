using Earshot.Dashboard.Redaction;
using Earshot.Dashboard.Timeline;
using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Feeds;

/// <summary>
/// What the dashboard shows: the followed connections and the list of their events. It begins with the first request. Viewers read from it at
/// their own pace, each with its position; nothing is kept for a viewer, and no viewer delays a connection. Thread-safe.
/// </summary>
internal sealed class ConnectionFeeds(ConnectionSources sources, NatsDashboardOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Connections that are followed at most.</summary>
    internal const int MostConnections = 5_000;

    private const int MostEventsInChange = 500;

    private readonly Lock _lock = new();
    private readonly Lock _sampling = new();
    private readonly Dictionary<INatsConnection, bool> _known = new(ReferenceEqualityComparer.Instance);
    private readonly List<ConnectionFeed> _feeds = [];
    private readonly HashSet<ConnectionFeed> _unread = [];
    private readonly EventRing _ring = new(options.MaxEvents);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _start;
    private long _sample;
    private int _notShown;
    private long _eventsNotShown;

    /// <summary>Completes at the next change. Take it before reading.</summary>
    internal Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Looks for new connections and reads all counters.</summary>
    internal void Sample()
    {
        lock (_sampling)
        {
            AddNew();
            ConnectionFeed[] feeds = Feeds();
            NowRow[] rows = [.. feeds.Select(Sample)];
            lock (_lock)
            {
                _sample++;
                foreach ((ConnectionFeed feed, NowRow row) in feeds.Zip(rows))
                {
                    feed.Store(row, _sample);
                }
            }
        }

        Signal();
    }

    /// <summary>Returns everything, with at most a number of events.</summary>
    internal LiveContent Read(int mostEvents, string path)
    {
        List<Captured> captured;
        IReadOnlyList<StoredEvent> events;
        ViewerPosition position;
        int notShown;
        long older, eventsNotShown;
        lock (_lock)
        {
            captured = [.. _feeds.Select(Capture)];
            long after = Math.Max(_ring.FirstId - 1, _ring.LastId - mostEvents);
            events = _ring.After(after, mostEvents);
            older = after - (_ring.FirstId - 1);
            _start ??= captured.SelectMany(feed => feed.Events.Take(1)).Select(e => e.Time).Append(time.GetUtcNow()).Min();
            position = new ViewerPosition(Run(), _ring.LastId, _feeds.Count);
            (notShown, eventsNotShown) = (_notShown, _eventsNotShown);
        }

        ChangedTrack[] tracks = [.. captured.Select(Build)];
        return new LiveContent(
            (_start.Value - DateTimeOffset.UnixEpoch).TotalMilliseconds,
            At(time.GetUtcNow()),
            [.. tracks.Select(track => track.Track)],
            [.. tracks.SelectMany(track => track.Outages).OrderBy(outage => outage.From)],
            [.. events.Select(Of).OrderBy(e => e.Time)])
        {
            Position = position.ToString(),
            Path = path,
            Now = [.. captured.Select(feed => feed.Now)],
            OlderEvents = older,
            NotShown = notShown,
            EventsNotShown = eventsNotShown,
        };
    }

    /// <summary>
    /// Returns what has changed since a position; null where nothing has. A position of another process, or one whose events are no longer
    /// kept, needs <see cref="Read"/>.
    /// </summary>
    internal LiveChanges? ReadAfter(ViewerPosition position, long sample)
    {
        List<Captured> captured;
        IReadOnlyList<StoredEvent> events;
        NowRow[] rows;
        var changes = new LiveChanges(At(time.GetUtcNow()));
        lock (_lock)
        {
            events = _ring.After(position.Event, MostEventsInChange);
            long last = events.Count > 0 ? events[^1].Id : position.Event;
            captured = [.. _feeds.Where(feed => feed.Index >= position.Tracks || feed.ChangedAt > position.Event).Select(Capture)];
            rows = [.. _feeds.Where(feed => feed.SampledAt > sample).Select(feed => feed.Now)];
            changes = changes with { Position = position with { Event = last, Tracks = _feeds.Count }, Sample = _sample, NotShown = _notShown, EventsNotShown = _eventsNotShown };
        }

        if (events.Count == 0 && captured.Count == 0 && changes.Sample == sample)
        {
            return null;
        }

        return changes with
        {
            Events = events.Count > 0 ? [.. events.Select(Of)] : null,
            Tracks = captured.Count > 0 ? [.. captured.Select(Build)] : null,
            Now = rows.Length > 0 ? rows : null,
        };
    }

    /// <summary>Whether a viewer with this position can continue without reading everything.</summary>
    internal bool CanContinue(ViewerPosition position)
    {
        lock (_lock)
        {
            return _start is not null && position.Run == Run() && position.Event >= _ring.FirstId - 1 && position.Event <= _ring.LastId && position.Tracks <= _feeds.Count;
        }
    }

    /// <summary>The servers of one connection; null for an unknown one.</summary>
    internal IReadOnlyList<ServerRow>? Pool(int index)
    {
        ConnectionFeed[] feeds = Feeds();
        return index >= 0 && index < feeds.Length ? feeds[index].Pool() : null;
    }

    /// <summary>Ends the reading of all journals.</summary>
    internal void Stop()
    {
        foreach (ConnectionFeed feed in Feeds())
        {
            feed.Dispose();
        }
    }

    // The beginning of the axis differs from process to process.
    private long Run() => _start!.Value.UtcTicks;

    private void AddNew()
    {
        int beyond = 0;
        foreach (INatsConnection connection in sources.Find())
        {
            if (_known.ContainsKey(connection))
            {
                continue;
            }

            if (_feeds.Count >= MostConnections)
            {
                beyond++;
                continue;
            }

            _known[connection] = TryAdd(connection);
        }

        Volatile.Write(ref _notShown, beyond);
    }

    private bool TryAdd(INatsConnection connection)
    {
        ConnectionFeed? feed = null;
        try
        {
            feed = new ConnectionFeed(_feeds.Count, connection, new EventRedactor(options), Append);
            feed.Sample(time); // throws for a connection without counters, such as a mock
            lock (_lock)
            {
                _feeds.Add(feed);
            }

            feed.Start();
            return true;
        }
        catch (Exception e)
        {
            // A connection of the application may throw anything, and the others are shown nevertheless.
            lock (_lock)
            {
                _feeds.Remove(feed!);
            }

            FeedLog.NotFollowed(logger, e);
            return false;
        }
    }

    // The row stays what it was while the counters cannot be read, which is logged once for each connection.
    private NowRow Sample(ConnectionFeed feed)
    {
        try
        {
            return feed.Sample(time);
        }
        catch (Exception e)
        {
            if (_unread.Add(feed))
            {
                FeedLog.NotSampled(logger, e);
            }

            return feed.Now;
        }
    }

    // Null stands for an event that cannot be shown.
    private void Append(ConnectionFeed feed, NatsConnectionEvent? e)
    {
        lock (_lock)
        {
            if (e is null)
            {
                _eventsNotShown++;
            }
            else
            {
                feed.Changed(_ring.Add(feed.Index, feed.Accept(e)));
            }
        }

        Signal();
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private ConnectionFeed[] Feeds()
    {
        lock (_lock)
        {
            return [.. _feeds];
        }
    }

    private double At(DateTimeOffset moment) => PageDataBuilder.Round((moment - (_start ?? moment)).TotalSeconds);

    private PageEvent Of(StoredEvent stored) => PageDataBuilder.Of(stored.Event, stored.Track, At);

    private static Captured Capture(ConnectionFeed feed) => new(feed.Index, feed.Name, [.. feed.Events.All], feed.Now);

    private ChangedTrack Build(Captured feed)
    {
        if (feed.Events.Length == 0)
        {
            return new ChangedTrack(feed.Index, new PageTrack(PageDataBuilder.Shown(feed.Name), [], [], [], []), []);
        }

        DateTimeOffset now = time.GetUtcNow();
        Track track = TrackReader.Read(feed.Name, feed.Events, now > feed.Events[^1].Time ? now : feed.Events[^1].Time);
        return new ChangedTrack(feed.Index, PageDataBuilder.Of(track, At, isLive: true), [.. track.Outages.Select(outage => new PageOutage(feed.Index, outage, At))]);
    }

    private readonly record struct Captured(int Index, string Name, TimedEvent[] Events, NowRow Now);
}
