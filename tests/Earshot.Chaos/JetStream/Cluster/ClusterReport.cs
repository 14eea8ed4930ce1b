using System.Globalization;
using Earshot.Auditor;

namespace Earshot.Chaos.JetStream;

/// <summary>Compares what the client has reported with what is in the stream, and prints it as a table.</summary>
internal sealed class ClusterReport(IReadOnlyList<Writer> writers, IReadOnlyList<Reader> readers, IReadOnlyList<SortedDictionary<ulong, byte[]>> audits, ConsumerChurn churn, ChaosTable values)
{
    private const double LeastAvailability = 0.95;

    private readonly ChaosTable _table = new();
    private readonly List<string> _details = [];
    private readonly List<string> _pauses = [];

    public required ClusterFaults Faults { get; init; }

    public required LeaderWatch Leaders { get; init; }

    public required IReadOnlyList<string> WrongConsumers { get; init; }

    /// <summary>True when no bound was broken.</summary>
    public async Task<bool> PrintAsync(TextWriter output)
    {
        _table.Tell("faults", string.Create(CultureInfo.InvariantCulture, $"{Faults.Counts.Values.Sum()} ({string.Join(", ", Faults.Counts.Select(fault => $"{fault.Value} {fault.Key}"))})"));
        AddPublishes();
        AddReads();
        _table.Add(values);
        _table.Tell("calls that create, update or delete consumers", $"{churn.Calls}, {churn.Failures} failed");
        _table.Tell("consumers back after a repeated request that the server applied late", $"{churn.Revived}");
        _table.None("consumers missing, back, or created twice", WrongConsumers.Count);
        _table.None("exceptions of these calls without a documented type", churn.Untyped.Count);
        var violations = new List<NatsJournalViolation>();
        foreach (Core.JournalAudit journal in writers.Select(writer => writer.Journal).Concat(readers.Select(reader => reader.Journal)))
        {
            violations.AddRange(await journal.ValidateAsync());
        }

        _table.None("stream regressions reported", writers.Select(writer => writer.Journal).Concat(readers.Select(reader => reader.Journal)).Sum(journal => journal.Of<NatsStreamRegressionEvent>().Count()));
        _table.None("journal violations", violations.Count);
        await _table.PrintAsync(output);
        foreach (string line in WrongConsumers.Concat(churn.Untyped).Concat(violations.Select(violation => violation.ToString())).Concat(_details).Concat(_pauses).Take(30))
        {
            await output.WriteLineAsync($"  {line}");
        }

        return _table.Holds;
    }

    private void AddPublishes()
    {
        Dictionary<(int Publisher, long Number), List<ulong>> stored = ReadStored(out int unexpected);
        long attempts = 0, acked = 0, lost = 0, recovered = 0, unknown = 0, denied = 0, deniedStored = 0, twice = 0, open = 0, moved = 0;
        foreach (Writer writer in writers)
        {
            foreach ((int number, (NatsOutcome? failure, ulong sequence, bool hasEnded)) in writer.Ledger.Ends().Index())
            {
                bool isStored = stored.Remove((writer.Number, number), out List<ulong>? sequences);
                attempts++;
                open += hasEnded ? 0 : 1;
                acked += hasEnded && failure is null ? 1 : 0;
                twice += writer is WindowWriter && sequences?.Count > 1 ? 1 : 0;
                if (hasEnded && failure is null && !isStored)
                {
                    lost++;
                    _details.Add($"publisher {writer.Number}: {number} was acknowledged with sequence {sequence} and is not in the stream");
                }

                moved += hasEnded && failure is null && isStored && !sequences!.Contains(sequence) ? 1 : 0;
                unknown += failure == NatsOutcome.Unknown ? 1 : 0;
                recovered += failure == NatsOutcome.Unknown && isStored ? 1 : 0;
                denied += failure is NatsOutcome.Rejected or NatsOutcome.NotSent ? 1 : 0;
                deniedStored += failure is NatsOutcome.Rejected or NatsOutcome.NotSent && isStored ? 1 : 0;
            }
        }

        _table.Tell("publishes", $"{attempts}, {acked} acknowledged");
        _table.None("publishes without an outcome", open);
        _table.None("acknowledged and lost", lost);
        _table.None("acknowledged with the sequence of another message", moved);
        _table.Tell("outcome unknown", $"{unknown}, {recovered} of them stored");
        _table.Tell("rejected or not sent", $"{denied}");
        _table.None("rejected or not sent, but stored", deniedStored);
        _table.None("stored twice although they had an id", twice);
        _table.None("in the stream and never published", unexpected + stored.Count);
        _table.None("servers with another content of the stream", audits.Count(audit => !audit.Keys.SequenceEqual(audits[0].Keys) || !audit.All(message => message.Value.AsSpan().SequenceEqual(audits[0][message.Key]))));
        int led = Leaders.Led.Count;
        List<int> unserved = [.. Leaders.Led.Where(tenth => !writers.OfType<WindowWriter>().Any(writer => writer.Ledger.HasAckIn(tenth))).Order()];
        int served = led - unserved.Count;
        Explain(unserved);
        _table.AtLeast("publishes possible while a leader existed", led == 0 ? 0 : (double)served / led, LeastAvailability);
    }

    // The longer spans without an ack although a server led the stream.
    private void Explain(List<int> unserved)
    {
        const int Apart = 3, Long = 5;
        for (int from = 0, next; from < unserved.Count; from = next)
        {
            for (next = from + 1; next < unserved.Count && unserved[next] - unserved[next - 1] <= Apart; next++)
            {
            }

            if (unserved[next - 1] - unserved[from] >= Long)
            {
                _pauses.Add($"no publish was acknowledged from {Core.RunClock.Text(unserved[from] * 100)} to {Core.RunClock.Text(unserved[next - 1] * 100)} although the stream had a leader");
            }
        }
    }

    private void AddReads()
    {
        foreach (Reader reader in readers)
        {
            int missed = audits[0].Values.Count(payload => AuditedPayload.TryRead(payload, out int publisher, out long number) && !reader.HasRead(publisher, number));
            _table.Tell($"read by {reader.Name}", $"{reader.Count}, {reader.Again} again");
            _table.None($"stored and not read by {reader.Name}", missed);
            _table.AtMost($"longest silence of {reader.Name} without an event", reader.LongestSilence, Reader.Bound);
            _table.None($"broken payloads, out of order, read ended: {reader.Name}", reader.Broken + reader.OutOfOrder + (reader.Failure is null ? 0 : 1));
            if (reader.Failure is not null)
            {
                _details.Add($"{reader.Name}: {reader.Failure}");
            }
        }
    }

    private Dictionary<(int Publisher, long Number), List<ulong>> ReadStored(out int unexpected)
    {
        unexpected = 0;
        var stored = new Dictionary<(int Publisher, long Number), List<ulong>>();
        foreach ((ulong sequence, byte[] payload) in audits[0])
        {
            if (!AuditedPayload.TryRead(payload, out int publisher, out long number))
            {
                unexpected++;
            }
            else if (stored.TryGetValue((publisher, number), out List<ulong>? sequences))
            {
                sequences.Add(sequence);
            }
            else
            {
                stored.Add((publisher, number), [sequence]);
            }
        }

        return stored;
    }
}
