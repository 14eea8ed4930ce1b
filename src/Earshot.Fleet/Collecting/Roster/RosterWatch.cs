namespace Earshot.Fleet.Collecting;

/// <summary>
/// Which servers run, and which of them are silent. Pings to all servers are its measure: a round counts only when at least one server has answered it, so
/// that an outage of the collector's own connection makes no server silent. It has no clock: every call has its time. Not thread-safe.
/// </summary>
internal sealed class RosterWatch(RosterRules rules)
{
    private readonly Dictionary<string, RosterServer> _servers = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _rounds = new();
    private readonly List<RosterChange> _changes = [];
    private readonly List<string> _forgotten = [];
    private DateTimeOffset _lastResponse = DateTimeOffset.MinValue;

    /// <summary>The servers, in no order.</summary>
    public IReadOnlyCollection<RosterServer> Servers => _servers.Values;

    /// <summary>The number of servers in a state.</summary>
    public int CountOf(RosterState state) => _servers.Values.Count(server => server.State == state);

    /// <summary>The id of the running server of a name; null for a name that is not known.</summary>
    public string? IdOf(string name) =>
        _servers.Values.Where(server => server.Identity.Name == name && server.State is RosterState.Up or RosterState.Silent or RosterState.LameDuck).MaxBy(server => server.FirstResponse)?.Identity.Id;

    /// <summary>A ping was sent to all servers.</summary>
    public void Pinged(DateTimeOffset at) => _rounds.Enqueue(at);

    /// <summary>A server answered, or reported anything.</summary>
    public void Responded(ServerIdentity server, DateTimeOffset at)
    {
        _lastResponse = at > _lastResponse ? at : _lastResponse;
        if (!_servers.TryGetValue(server.Id, out RosterServer? known))
        {
            _servers[server.Id] = new RosterServer(server, RosterState.Up, at, at);
            _changes.Add(new RosterChange(ServerRecordKind.Seen, server, at));
            return;
        }

        // What a server sent before its mark may arrive behind it.
        if (known.State is RosterState.LameDuck or RosterState.Stopped)
        {
            return;
        }

        ServerIdentity identity = Merge(known.Identity, server);
        if (known.State == RosterState.Silent)
        {
            _changes.Add(new RosterChange(ServerRecordKind.Back, identity, at));
        }

        _servers[server.Id] = known with { Identity = identity, State = RosterState.Up, LastResponse = at > known.LastResponse ? at : known.LastResponse, Unanswered = null };
    }

    /// <summary>The collector's own connection to a server ended because it did not answer: the next ping that it does not answer, and another server does, is the second one.</summary>
    public void Unreachable(string server, DateTimeOffset at)
    {
        if (_servers.TryGetValue(server, out RosterServer? known) && known.State == RosterState.Up)
        {
            _servers[server] = known with { Unanswered = at - rules.Apart };
        }
    }

    /// <summary>A server announced its end.</summary>
    public void Marked(ServerIdentity server, ServerRecordKind mark, DateTimeOffset at)
    {
        RosterState state = mark == ServerRecordKind.LameDuck ? RosterState.LameDuck : RosterState.Stopped;
        RosterServer known = _servers.GetValueOrDefault(server.Id) ?? new RosterServer(server, state, at, at);
        _servers[server.Id] = known with { State = known.State == RosterState.Stopped ? RosterState.Stopped : state, LastResponse = at, Unanswered = null };
    }

    /// <summary>Decides about the rounds whose time to answer is over, and returns what has changed since the last call.</summary>
    public IReadOnlyList<RosterChange> Judge(DateTimeOffset now)
    {
        while (_rounds.TryPeek(out DateTimeOffset sent) && now - sent >= rules.AnswerLimit)
        {
            _rounds.Dequeue();
            if (_lastResponse >= sent)
            {
                JudgeRound(sent);
            }
        }

        foreach (RosterServer gone in _servers.Values.Where(server => server.State != RosterState.Up && now - server.LastResponse > rules.ForgetAfter).ToList())
        {
            _servers.Remove(gone.Identity.Id);
            _forgotten.Add(gone.Identity.Id);
        }

        RosterChange[] changes = [.. _changes];
        _changes.Clear();
        return changes;
    }

    /// <summary>
    /// The ids of servers whose connections are gone: those that were forgotten since the last call, and at each call those whose name has a new id and those that announced
    /// their end long enough ago.
    /// </summary>
    public IReadOnlyList<string> TakeEnded(DateTimeOffset now)
    {
        IEnumerable<string> ended = _servers.Values.Where(server => server.State switch
        {
            RosterState.Up => false,
            RosterState.LameDuck or RosterState.Stopped => now - server.LastResponse > rules.EndsWithin || HasSuccessor(server),
            _ => HasSuccessor(server),
        }).Select(server => server.Identity.Id);
        string[] all = [.. _forgotten, .. ended];
        _forgotten.Clear();
        return all;
    }

    private void JudgeRound(DateTimeOffset sent)
    {
        foreach (RosterServer server in _servers.Values.Where(server => server.State == RosterState.Up && server.LastResponse < sent).ToList())
        {
            if (server.Unanswered is not { } first)
            {
                _servers[server.Identity.Id] = server with { Unanswered = sent };
            }
            else if (sent - first >= rules.Apart)
            {
                bool isReplaced = HasSuccessor(server);
                _servers[server.Identity.Id] = server with { State = isReplaced ? RosterState.Replaced : RosterState.Silent };
                if (!isReplaced)
                {
                    _changes.Add(new RosterChange(ServerRecordKind.Silent, server.Identity, server.LastResponse));
                }
            }
        }
    }

    private bool HasSuccessor(RosterServer server) =>
        server.Identity.Name is not null && _servers.Values.Any(other => other.Identity.Name == server.Identity.Name && other.FirstResponse > server.LastResponse);

    private static ServerIdentity Merge(ServerIdentity known, ServerIdentity seen) =>
        known with { Name = seen.Name ?? known.Name, Cluster = seen.Cluster ?? known.Cluster, Version = seen.Version ?? known.Version };
}
