namespace Earshot.Events;

/// <summary>Which connect attempts are open, by id: every attempt has exactly one outcome and at most two are open at once.</summary>
internal sealed class AttemptLedger(Action<JournalLine, string, string> report)
{
    private const string Rule = "attempts";
    private const int MostAtOnce = 2;

    private readonly HashSet<int> _open = [];

    /// <summary>After a gap nobody knows which attempts are open, so outcomes without an attempt are accepted until the next session.</summary>
    public bool IsUncertain { get; private set; }

    public void Missed()
    {
        IsUncertain = true;
        _open.Clear();
    }

    public void Started(JournalLine line)
    {
        if (!_open.Add(line.AttemptId))
        {
            report(line, Rule, $"attempt {line.AttemptId} was already open");
        }
        else if (_open.Count > MostAtOnce)
        {
            report(line, Rule, $"{_open.Count} attempts are open at once");
        }
    }

    public void Failed(JournalLine line)
    {
        if (!_open.Remove(line.AttemptId) && !IsUncertain)
        {
            report(line, Rule, $"attempt {line.AttemptId} failed but was not open");
        }
    }

    public void Succeeded(JournalLine line)
    {
        if (!_open.Remove(line.AttemptId) && !IsUncertain)
        {
            report(line, Rule, $"{line.Kind} by attempt {line.AttemptId}, which was not open");
        }

        IsUncertain = false;
    }

    /// <summary>The end of a life ends every attempt.</summary>
    public void Closed()
    {
        _open.Clear();
        IsUncertain = false;
    }
}
