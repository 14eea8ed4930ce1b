namespace Earshot.Fleet.Collecting;

/// <summary>What a collector knows of servers and connections. Thread-safe.</summary>
internal sealed class CollectorState(FleetCollectorOptions options)
{
    // Two seconds, less what timers may be early.
    private static readonly TimeSpan s_silentAfter = TimeSpan.FromMilliseconds(1900);
    private static readonly TimeSpan s_forgetAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_eventDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_recordAgain = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_rememberEnds = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_seenAgain = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_clockChange = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly RosterWatch _roster = new(new RosterRules(options.PingTimeout, s_silentAfter, s_forgetAfter));
    private readonly ConnectionBook _book = new(new BookRules(s_eventDelay, s_recordAgain, s_rememberEnds));
    private readonly Dictionary<string, (TimeSpan Offset, DateTimeOffset Recorded)> _clocks = new(StringComparer.Ordinal);

    /// <summary>Fills in the numbers of servers and connections.</summary>
    public FleetCollectorCounters Complete(FleetCollectorCounters counters)
    {
        lock (_lock)
        {
            return counters with { Servers = _roster.CountOf(RosterState.Up), SilentServers = _roster.CountOf(RosterState.Silent), Connections = _book.Open };
        }
    }

    /// <summary>An event was received. Returns its record as it is stored: routes have the ids of servers.</summary>
    public ServerRecord Received(SystemEvent e, DateTimeOffset now)
    {
        lock (_lock)
        {
            ServerRecord record = e.Record;
            if (record.Kind is ServerRecordKind.LameDuck or ServerRecordKind.Shutdown)
            {
                _roster.Marked(record.Server, record.Kind, now);
            }
            else
            {
                _roster.Responded(record.Server, now);
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

    public void Pinged(DateTimeOffset at)
    {
        lock (_lock)
        {
            _roster.Pinged(at);
        }
    }

    public void Responded(ServerIdentity server, DateTimeOffset at)
    {
        lock (_lock)
        {
            _roster.Responded(server, at);
        }
    }

    /// <summary>The collector's own connection to a server ended because it did not answer.</summary>
    public void Unreachable(string server, DateTimeOffset at)
    {
        lock (_lock)
        {
            _roster.Unreachable(server, at);
        }
    }

    /// <summary>Decides which servers are silent, and returns the records of what has changed, with times of the servers' clocks.</summary>
    public IReadOnlyList<ServerRecord> Judge(DateTimeOffset now)
    {
        lock (_lock)
        {
            return [.. _roster.Judge(now).Select(change => new ServerRecord { Kind = change.Kind, At = change.At + OffsetOf(change.Server.Id), Server = change.Server })];
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
