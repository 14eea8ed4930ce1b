namespace Earshot.Cli.Demo;

/// <summary>
/// Records every numbered message: when it was published, whether there was a server at that time, and
/// whether it was received. Thread-safe; it neither sends nor receives.
/// </summary>
internal sealed class MessageLog(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Messages that the client accepted.</summary>
    internal int Published => Count(entry => entry.Accepted);

    /// <summary>Publishes that ended with an exception.</summary>
    internal int Refused => Count(entry => !entry.Accepted);

    /// <summary>Messages that were received at least once.</summary>
    internal int Received => Count(entry => entry.Copies > 0);

    /// <summary>Messages that were published while there was no server and received later.</summary>
    internal int Replayed => Count(entry => entry.Copies > 0 && !entry.Live);

    /// <summary>Messages that were accepted and never received.</summary>
    internal int Lost => Count(entry => entry.IsLost);

    /// <summary>Copies that were received beyond the first.</summary>
    internal int Duplicates
    {
        get
        {
            lock (_gate)
            {
                return _entries.Sum(entry => Math.Max(0, entry.Copies - 1));
            }
        }
    }

    /// <summary>The lost messages that were published from the one moment to the other.</summary>
    internal int LostBetween(DateTimeOffset from, DateTimeOffset to) =>
        Count(entry => entry.IsLost && entry.At >= from && entry.At <= to);

    /// <summary>Takes the next number for a message that is about to be published.</summary>
    /// <param name="live">Whether a session was open at that moment.</param>
    internal long Begin(bool live)
    {
        lock (_gate)
        {
            _entries.Add(new Entry { At = time.GetUtcNow(), Live = live });
            return _entries.Count - 1;
        }
    }

    internal void Accepted(long number) => Change(number, entry => entry.Accepted = true);

    internal void MarkReceived(long number) => Change(number, entry => entry.Copies++);

    private void Change(long number, Action<Entry> change)
    {
        lock (_gate)
        {
            change(_entries[(int)number]);
        }
    }

    private int Count(Func<Entry, bool> wanted)
    {
        lock (_gate)
        {
            return _entries.Count(wanted);
        }
    }

    private sealed class Entry
    {
        internal DateTimeOffset At { get; init; }

        internal bool Live { get; init; }

        internal bool Accepted { get; set; }

        internal int Copies { get; set; }

        internal bool IsLost => Accepted && Copies == 0;
    }
}
