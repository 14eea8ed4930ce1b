namespace Earshot.Fleet.Collecting;

/// <summary>The connections of one running server: those that are open as far as is known, and those that have ended lately.</summary>
internal sealed class ServerBook
{
    private readonly Dictionary<ulong, BookedConnection> _open = [];
    private readonly Dictionary<ulong, DateTimeOffset> _ended = [];

    public int Open => _open.Count;

    public bool HasEnd(ulong client) => _ended.ContainsKey(client);

    public void Started(ulong client, DateTimeOffset start, DateTimeOffset at)
    {
        if (!_ended.ContainsKey(client))
        {
            _open.TryAdd(client, new BookedConnection(start, at, false));
        }
    }

    public void Ended(ulong client, DateTimeOffset at)
    {
        _open.Remove(client);
        _ended[client] = at;
    }

    public void Forget(ulong client)
    {
        _open.Remove(client);
        _ended.Remove(client);
    }

    public void ForgetEndsBefore(DateTimeOffset time)
    {
        foreach (ulong client in _ended.Where(end => end.Value < time).Select(end => end.Key).ToList())
        {
            _ended.Remove(client);
        }
    }

    /// <summary>Compares with the list of the server.</summary>
    /// <param name="rows">All open connections of the server.</param>
    /// <param name="now">When the server made the list, by its clock.</param>
    /// <param name="rules">When an event is overdue, and when a connection is recorded again.</param>
    /// <returns>The connections to record, and whether one has ended without a record.</returns>
    public (IReadOnlyList<ServerRecord> New, bool IsMissing) Compare(IReadOnlyCollection<ServerRecord> rows, DateTimeOffset now, BookRules rules)
    {
        var record = new List<ServerRecord>();
        var listed = new HashSet<ulong>();
        foreach (ServerRecord row in rows)
        {
            ulong client = row.Client!.Id;
            DateTimeOffset start = row.Client.Start ?? now;
            listed.Add(client);
            bool isKnown = _open.TryGetValue(client, out BookedConnection known);
            bool isDue = isKnown ? now - known.Recorded >= rules.RecordAgain : now - start >= rules.EventDelay && !_ended.ContainsKey(client);
            if (isDue)
            {
                record.Add(row);
            }

            if (isDue || isKnown)
            {
                _open[client] = new BookedConnection(start, isDue ? now : known.Recorded, false);
            }
        }

        return (record, Missing(listed, now, rules));
    }

    // A connection that neither this list nor the one before has, and whose end is not found either, is forgotten: the server remembers some ends only.
    private bool Missing(HashSet<ulong> listed, DateTimeOffset now, BookRules rules)
    {
        bool isMissing = false;
        foreach ((ulong client, BookedConnection known) in _open.Where(one => !listed.Contains(one.Key) && now - one.Value.Start >= rules.EventDelay).ToList())
        {
            if (known.IsMissing)
            {
                _open.Remove(client);
            }
            else
            {
                (_open[client], isMissing) = (known with { IsMissing = true }, true);
            }
        }

        return isMissing;
    }
}
