namespace Earshot.Simulation.Checks;

/// <summary>The accepted messages of one connection, and what its flushes and counters said about them.</summary>
internal sealed class PublisherLedger(string name, Findings findings)
{
    private readonly List<Message> _accepted = [];
    private readonly SortedSet<int> _openFlushes = [];
    private readonly List<(int Flush, int Count)> _succeeded = [];
    private int _excused; // up to here a failed flush has reported losses
    private int _verified;
    private int _lastFlush;

    /// <summary>The number of accepted messages, which a flush that begins now confirms.</summary>
    public int Count => _accepted.Count;

    public void Accepted(Message message) => _accepted.Add(message);

    /// <summary>A flush begins; returns its number.</summary>
    public int BeginFlush()
    {
        _openFlushes.Add(++_lastFlush);
        return _lastFlush;
    }

    /// <summary>
    /// A flush that began at <paramref name="count"/> accepted messages succeeded: servers must have received all that no flush has reported. A
    /// flush that began before it and is still open may be the one that reports.
    /// </summary>
    public void FlushSucceeded(int flush, int count)
    {
        _succeeded.Add((flush, count));
        FlushEnded(flush);
    }

    /// <summary>A flush is over, with any outcome; comes behind the report of its losses.</summary>
    public void FlushEnded(int flush)
    {
        _openFlushes.Remove(flush);
        foreach ((int number, int count) in _succeeded.Where(ended => _openFlushes.Count == 0 || _openFlushes.Min > ended.Flush).ToList())
        {
            _succeeded.Remove((number, count));
            Verify(count);
        }
    }

    /// <summary>A flush with a mark succeeded: servers must have received what was accepted between the mark and the flush.</summary>
    public void MarkedFlushSucceeded(int mark, int count)
    {
        for (int i = mark; i < count; i++)
        {
            if (_accepted[i].Seen == 0)
            {
                findings.Report("flush-true", $"{name}: a flush with a mark succeeded, but no server received {_accepted[i]}");
            }
        }
    }

    /// <summary>A flush has reported lost messages.</summary>
    public void FlushReported() => _excused = _accepted.Count;

    /// <summary>The connection has closed, which reports that nothing more is sent; a later run does not report it again.</summary>
    public void RunEnded() => _excused = _accepted.Count;

    /// <summary>The connection has ended: what is lost must have been counted as uncertain or discarded.</summary>
    public void CheckAccounting(NatsStats stats)
    {
        int lost = _accepted.Count(message => message.Seen == 0);
        long reported = stats.UncertainMessages + stats.DiscardedMessages + stats.PendingMessages;
        if (lost > reported)
        {
            findings.Report("losses-reported", $"{name}: {lost} accepted messages were lost, {stats.UncertainMessages} counted as uncertain and {stats.DiscardedMessages} as discarded");
        }
    }

    private void Verify(int count)
    {
        for (int i = Math.Max(_excused, _verified); i < count; i++)
        {
            if (_accepted[i].Seen == 0)
            {
                findings.Report("flush-true", $"{name}: a flush succeeded, but no server received {_accepted[i]}, and no flush has reported it");
            }
        }

        _verified = Math.Max(_verified, count);
    }
}
