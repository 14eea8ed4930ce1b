namespace Earshot.Chaos.Core;

/// <summary>Compares what the client has reported with what the auditors have received, and prints it as a table.</summary>
internal sealed class AuditReport(ChaosCluster cluster, IReadOnlyList<Ledger> ledgers, IReadOnlyList<ChaosPublisher> publishers, ChaosSubscriber subscriber)
{
    public required RunClock Clock { get; init; }

    public required FaultSchedule Faults { get; init; }

    /// <summary>True when no invariant was violated.</summary>
    public async Task<bool> PrintAsync(TextWriter output)
    {
        long accepted = 0, confirmed = 0, confirmedLost = 0, lost = 0, unreported = 0, refused = 0, refusedSeen = 0;
        foreach (Ledger ledger in ledgers)
        {
            for (long number = 0; number < ledger.Count; number++)
            {
                bool seen = ledger.WasSeen(number);
                PublishOutcome fate = ledger.FateOf(number);
                accepted += fate == PublishOutcome.Refused ? 0 : 1;
                refused += fate == PublishOutcome.Refused ? 1 : 0;
                refusedSeen += fate == PublishOutcome.Refused && seen ? 1 : 0;
                confirmed += fate == PublishOutcome.Confirmed ? 1 : 0;
                confirmedLost += fate == PublishOutcome.Confirmed && !seen ? 1 : 0;
                lost += fate != PublishOutcome.Refused && !seen ? 1 : 0;
                unreported += fate == PublishOutcome.Accepted && !seen ? 1 : 0;
            }
        }

        long uncertain = publishers.Sum(publisher => publisher.Journal.Of<NatsDisconnectedEvent>().Sum(e => e.UncertainMessages));
        long discarded = publishers.Sum(publisher => publisher.Journal.Of<NatsPendingDiscardedEvent>().Sum(e => e.Messages));
        IReadOnlyList<Delivery> missed = subscriber.UnreportedLosses(ledgers, [.. cluster.Nodes.Select(node => node.Name)]);
        List<Delivery> ofCluster = [.. subscriber.Duplicates.Where(delivery => ledgers[delivery.Publisher].WasSeenTwice(delivery.Number))];
        List<Delivery> ofClient = [.. subscriber.Duplicates.Except(ofCluster)];
        var violations = new List<NatsJournalViolation>();
        foreach (JournalAudit journal in publishers.Select(publisher => publisher.Journal).Append(subscriber.Journal))
        {
            violations.AddRange(await journal.ValidateAsync());
        }

        int outages = publishers.Sum(publisher => publisher.Journal.Of<NatsDisconnectedEvent>().Count()) + subscriber.Journal.Of<NatsDisconnectedEvent>().Count();
        await output.WriteLineAsync();
        await output.WriteLineAsync("| figure | value | allowed |");
        await output.WriteLineAsync("|---|--:|--:|");
        Row("faults", $"{Faults.Counts.Values.Sum()} ({string.Join(", ", Faults.Counts.Select(fault => $"{fault.Value} {fault.Key}"))})", "");
        Row("outages of the four connections", $"{outages}", "");
        Row("publishes accepted", $"{accepted}", "");
        Row("publishes refused with an exception", $"{refused}", "");
        Row("rejected but received", $"{refusedSeen}", "0");
        Row("flushed publishes", $"{confirmed}", "");
        Row("flushed publishes lost", $"{confirmedLost}", "0");
        Row("accepted publishes lost", $"{lost}", $"{uncertain + discarded} reported");
        Row("lost without a failed flush", $"{unreported}", "0");
        Row("failed flushes", $"{publishers.Sum(publisher => publisher.FailedFlushes)}", "");
        Row("received by the subscriber", $"{subscriber.Received}", "");
        Row("missed outside reported loss windows", $"{missed.Count}", "0");
        Row("received twice, also by an auditor (the cluster delivered it twice)", $"{ofCluster.Count}", "");
        Row("received twice by the client only", $"{ofClient.Count}", "0");
        Row("journal violations", $"{violations.Count}", "0");
        foreach (NatsJournalViolation violation in violations.Take(10))
        {
            await output.WriteLineAsync(violation.ToString());
        }

        await ExplainAsync(output, "missed", missed);
        await ExplainAsync(output, "received twice", ofClient);
        return confirmedLost == 0 && unreported == 0 && lost <= uncertain + discarded && missed.Count == 0 && refusedSeen == 0 && ofClient.Count == 0 && violations.Count == 0;

        void Row(string name, string value, string allowed) => output.WriteLine($"| {name} | {value} | {allowed} |");
    }

    // When it happened, and the events of the subscriber's journal around it.
    private async Task ExplainAsync(TextWriter output, string what, IReadOnlyList<Delivery> deliveries)
    {
        const int MostSpans = 5;
        const int Apart = 1000;
        List<int> times = [.. deliveries.Select(delivery => delivery.Millisecond).Order()];
        for (int spans = 0; times.Count > 0 && spans < MostSpans; spans++)
        {
            int last = 1;
            while (last < times.Count && times[last] - times[last - 1] < Apart)
            {
                last++;
            }

            (int from, int until) = (times[0], times[last - 1]);
            await output.WriteLineAsync($"{what}: {last} messages from {RunClock.Text(from)} to {RunClock.Text(until)}; the journal of the subscriber:");
            foreach (NatsConnectionEvent e in subscriber.Journal.Of<NatsConnectionEvent>().Where(e => e.Severity > NatsEventSeverity.Trace && Clock.Of(e.Timestamp) > from - 3 * Apart && Clock.Of(e.Timestamp) < until + Apart))
            {
                await output.WriteLineAsync($"   {RunClock.Text(Clock.Of(e.Timestamp))} {e.Kind}: {e.Message}");
            }

            times.RemoveRange(0, last);
        }
    }
}
