namespace Earshot.Events;

/// <summary>
/// The open connect attempts, by id: every attempt has exactly one outcome and at most two are open simultaneously. From the 20th of a
/// search on, attempts are not reported when they begin: one failure represents several, and an unreported attempt may become a session.
/// </summary>
internal sealed class AttemptTracker(Action<JournalLine, string, string> report)
{
    private const string Rule = "attempts";
    private const int MostAtOnce = 2;

    private readonly HashSet<int> _open = [];
    private int _started; // since the last session

    private bool HasOmittedAttempts => IsUncertain || _started >= NatsConnectAttemptFailedEvent.CoalescedFrom - 1;

    /// <summary>After a gap it is not known which attempts are open, so outcomes without an attempt are accepted until the next session.</summary>
    public bool IsUncertain { get; private set; }

    public void Missed()
    {
        IsUncertain = true;
        _open.Clear();
    }

    public void Started(JournalLine line)
    {
        _started++;
        if (!_open.Add(line.AttemptId))
        {
            report(line, Rule, $"attempt {line.AttemptId} was already open");
        }
        else if (_open.Count > MostAtOnce)
        {
            report(line, Rule, $"{_open.Count} attempts are open simultaneously");
        }
    }

    public void Failed(JournalLine line)
    {
        if (line.FirstAttemptId > 0)
        {
            if (!HasOmittedAttempts)
            {
                report(line, Rule, $"attempts {line.FirstAttemptId} to {line.AttemptId} are reported as one event, although only {_started} were reported individually before");
            }

            return;
        }

        if (!_open.Remove(line.AttemptId) && !IsUncertain)
        {
            report(line, Rule, $"attempt {line.AttemptId} failed but was not open");
        }
    }

    public void Succeeded(JournalLine line)
    {
        if (!_open.Remove(line.AttemptId) && !HasOmittedAttempts)
        {
            report(line, Rule, $"{line.Kind} by attempt {line.AttemptId}, which was not open");
        }

        IsUncertain = false;
        _started = 0;
    }

    /// <summary>The end of a connection run ends every attempt.</summary>
    public void Closed()
    {
        _open.Clear();
        IsUncertain = false;
        _started = 0;
    }
}
