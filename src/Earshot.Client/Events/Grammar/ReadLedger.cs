namespace Earshot.Events;

/// <summary>
/// Which reads of JetStream are stalled or over, by handle: a stall ends once, with Resumed or with the loss of the read, and nothing about
/// a read comes after it was lost.
/// </summary>
internal sealed class ReadLedger(Action<JournalLine, string, string> report)
{
    private const string Rule = "reads";

    private Dictionary<long, Course>? _reads; // made by the first event about a read
    private bool _isUncertain;

    private enum Course { Running, Stalled, Ending, Lost }

    /// <summary>Whether the order of this kind within its read is checked.</summary>
    public static bool Covers(NatsEventKind kind) => kind is NatsEventKind.HeartbeatAlarm or NatsEventKind.PullStatusError or NatsEventKind.ConsumerStalled
        or NatsEventKind.ConsumerResumed or NatsEventKind.ConsumerLost or NatsEventKind.ConsumerRecreated || HasNoOrder(kind);

    // May come at any time before the loss of the read.
    private static bool HasNoOrder(NatsEventKind kind) => kind is NatsEventKind.ConsumerNotification or NatsEventKind.PullStatusWarning
        or NatsEventKind.FlowControlProcessed;

    /// <summary>After a gap, or in the next connection run, it is not known which reads are stalled.</summary>
    public void Clear() => (_reads, _isUncertain) = (null, true);

    public void Accept(in JournalLine line)
    {
        if (!Covers(line.Kind))
        {
            return;
        }

        _reads ??= [];
        bool isKnown = _reads.TryGetValue(line.Handle, out Course before);
        if (before == Course.Lost || (before == Course.Ending && line.Kind != NatsEventKind.ConsumerLost && !HasNoOrder(line.Kind)))
        {
            report(line, Rule, $"{line.Kind} of read {line.Handle} after its {(before == Course.Lost ? "ConsumerLost" : "PullStatusError")}");
        }

        if (line.Kind == NatsEventKind.ConsumerStalled && before == Course.Stalled)
        {
            report(line, Rule, $"read {line.Handle} is stalled already");
        }

        if (line.Kind == NatsEventKind.ConsumerResumed && before != Course.Stalled && (isKnown || !_isUncertain))
        {
            report(line, Rule, $"read {line.Handle} is not stalled");
        }

        _reads[line.Handle] = line.Kind switch
        {
            NatsEventKind.ConsumerStalled => Course.Stalled,
            NatsEventKind.ConsumerResumed => Course.Running,
            NatsEventKind.PullStatusError => Course.Ending,
            NatsEventKind.ConsumerLost => Course.Lost,
            _ => before,
        };
    }
}
