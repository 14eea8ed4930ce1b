namespace Earshot.Fleet.Collecting;

/// <summary>What a collector knows of servers and connections. Thread-safe.</summary>
/// <remarks>
/// Who answers when is measured by the monotonic clock, so that a wall clock that is set neither hides nor causes a silence; the times of records are those of the wall clock.
/// </remarks>
internal sealed class CollectorState(FleetCollectorOptions options, TimeProvider time)
{
    // Two seconds, less what timers may be early.
    private static readonly TimeSpan s_silentAfter = TimeSpan.FromMilliseconds(1900);
    private static readonly TimeSpan s_forgetAfter = TimeSpan.FromDays(1);

    // A server in lame duck mode has closed its connections by then.
    private static readonly TimeSpan s_endsWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_eventDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_recordAgain = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_rememberEnds = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_seenAgain = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_clockChange = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly RosterWatch _roster = new(new RosterRules(options.PingTimeout, s_silentAfter, s_forgetAfter, s_endsWithin));
    private readonly ConnectionBook _book = new(new BookRules(s_eventDelay, s_recordAgain, s_rememberEnds));
    private readonly Dictionary<string, (TimeSpan Offset, DateTimeOffset Recorded)> _clocks = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _begun = time.GetUtcNow();
    private readonly long _epoch = time.GetTimestamp();

    /// <summary>Is called with the id of each server that has ended, possibly more than once, and under the lock.</summary>
    public Action<string>? Forgotten { get; set; }

    // The time by the monotonic clock, in the form that the roster has.
    private DateTimeOffset Steady => _begun + time.GetElapsedTime(_epoch);

    /// <summary>Fills in the numbers of servers and connections.</summary>
    public FleetCollectorCounters Complete(FleetCollectorCounters counters)
    {
        lock (_lock)
        {
            return counters with { Servers = _roster.CountOf(RosterState.Up), SilentServers = _roster.CountOf(RosterState.Silent), Connections = _book.Open };
        }
    }

    /// <summary>An event was received. Returns its record as it is stored: routes have the ids of servers.</summary>
    public ServerRecord Received(SystemEvent e)
    {
        lock (_lock)
        {
            ServerRecord record = e.Record;
            if (record.Kind is ServerRecordKind.LameDuck or ServerRecordKind.Shutdown)
            {
                _roster.Marked(record.Server, record.Kind, Steady);
            }
            else
            {
                _roster.Responded(record.Server, Steady);
            }

            if (record.Kind == ServerRecordKind.Shutdown)
            {
                _book.Forget(record.Server.Id);
            }

            _book.Recorded(record);
            return e.RouteNames is { } names ? record with { Routes = [.. names.Select(_roster.IdOf).OfType<string>()] } : record;
        }
    }

    /// <summary>A record of an end was made that is not of an event.</summary>
    public void Filled(ServerRecord record)
    {
        lock (_lock)
        {
            _book.Recorded(record);
        }
    }

    public bool HasEnd(ServerRecord record)
    {
        lock (_lock)
        {
            return _book.HasEnd(record.Server.Id, record.Client!.Id);
        }
    }

    public void Pinged()
    {
        lock (_lock)
        {
            _roster.Pinged(Steady);
        }
    }

    public void Responded(ServerIdentity server)
    {
        lock (_lock)
        {
            _roster.Responded(server, Steady);
        }
    }

    /// <summary>The collector's own connection to a server ended because it did not answer.</summary>
    public void Unreachable(string server)
    {
        lock (_lock)
        {
            _roster.Unreachable(server, Steady);
        }
    }

    /// <summary>Decides which servers are silent, and returns the records of what has changed, with times of the servers' clocks. Forgets what has ended.</summary>
    public IReadOnlyList<ServerRecord> Judge()
    {
        lock (_lock)
        {
            DateTimeOffset steady = Steady;
            TimeSpan set = time.GetUtcNow() - steady;
            List<ServerRecord> changes = [.. _roster.Judge(steady).Select(change => new ServerRecord { Kind = change.Kind, At = change.At + set + OffsetOf(change.Server.Id), Server = change.Server })];
            foreach (string ended in _roster.TakeEnded(steady))
            {
                _book.Forget(ended);
                _clocks.Remove(ended);
                Forgotten?.Invoke(ended);
            }

            return changes;
        }
    }

    /// <summary>Compares a server's list of open connections with the records, and returns those that need one.</summary>
    public (IReadOnlyList<ServerRecord> New, bool IsMissing) Compare(string server, IReadOnlyCollection<ServerRecord> rows, DateTimeOffset now)
    {
        lock (_lock)
        {
            return _book.Compare(server, rows, now);
        }
    }

    /// <summary>Notes the clock of a server that answered, and returns whether it needs a record: the first time, when it has changed, and once an hour.</summary>
    public bool IsClockNews(ServerRecord seen)
    {
        lock (_lock)
        {
            TimeSpan offset = seen.At - (seen.Received ?? seen.At);
            bool isNews = !_clocks.TryGetValue(seen.Server.Id, out (TimeSpan Offset, DateTimeOffset Recorded) last)
                || (offset - last.Offset).Duration() > s_clockChange || seen.At - last.Recorded > s_seenAgain;
            if (isNews)
            {
                _clocks[seen.Server.Id] = (offset, seen.At);
            }

            return isNews;
        }
    }

    /// <summary>How far the clock of a server is ahead of that of the collector, as far as is known.</summary>
    public TimeSpan Offset(string server)
    {
        lock (_lock)
        {
            return OffsetOf(server);
        }
    }

    /// <summary>Records were dropped: their connections have none.</summary>
    public void Lost(RecordLoss loss)
    {
        lock (_lock)
        {
            if (loss.Connections is null)
            {
                _book.ForgetAll();
            }

            foreach ((string server, ulong client) in loss.Connections ?? [])
            {
                _book.Forget(server, client);
            }
        }
    }

    private TimeSpan OffsetOf(string server) => _clocks.GetValueOrDefault(server).Offset;
}
