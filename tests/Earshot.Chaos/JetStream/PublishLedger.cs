namespace Earshot.Chaos.JetStream;

/// <summary>How the client says that each publish of one writer ended. Safe for use from any thread.</summary>
internal sealed class PublishLedger
{
    private readonly Lock _gate = new();
    private readonly List<(NatsOutcome? Failure, ulong Sequence, bool HasEnded)> _ends = [];
    private readonly HashSet<int> _ackedTenths = [];

    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _ends.Count;
            }
        }
    }

    /// <summary>The number of acknowledged publishes.</summary>
    public long AckedCount { get; private set; }

    public long Next()
    {
        lock (_gate)
        {
            _ends.Add(default);
            return _ends.Count - 1;
        }
    }

    public void Acked(long message, ulong sequence, int millisecond)
    {
        lock (_gate)
        {
            _ends[(int)message] = (null, sequence, true);
            _ackedTenths.Add(millisecond / 100);
            AckedCount++;
        }
    }

    public void Failed(long message, NatsOutcome outcome)
    {
        lock (_gate)
        {
            _ends[(int)message] = (outcome, 0, true);
        }
    }

    /// <summary>Whether an ack came within this tenth of a second of the run.</summary>
    public bool HasAckIn(int tenth)
    {
        lock (_gate)
        {
            return _ackedTenths.Contains(tenth);
        }
    }

    /// <summary>The ends by number: the outcome of a failure, or null and the sequence of the ack. A publish without an end is an error of the run.</summary>
    public IReadOnlyList<(NatsOutcome? Failure, ulong Sequence, bool HasEnded)> Ends()
    {
        lock (_gate)
        {
            return [.. _ends];
        }
    }
}
