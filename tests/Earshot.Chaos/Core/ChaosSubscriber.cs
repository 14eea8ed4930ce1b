using System.Buffers.Text;
using System.Globalization;

namespace Earshot.Chaos.Core;

/// <summary>
/// Receives everything through the client under test. What its own server had while its subscription was confirmed there, and did not
/// come, must lie in a loss window that the client has reported.
/// </summary>
internal sealed class ChaosSubscriber(NatsConnection connection, int publishers, RunClock clock)
{
    private readonly List<HashSet<long>> _received = [.. Enumerable.Range(0, publishers).Select(_ => new HashSet<long>())];

    public JournalAudit Journal { get; } = new(connection);

    public long Received => _received.Sum(set => (long)set.Count);

    /// <summary>What was received a second time, and when.</summary>
    public List<Delivery> Duplicates { get; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (NatsMsg<byte[]> message in connection.SubscribeAsync<byte[]>(Auditor.Prefix + "*", cancellationToken: cancellationToken))
            {
                int publisher = int.Parse(message.Subject.AsSpan(Auditor.Prefix.Length), CultureInfo.InvariantCulture);
                if (Utf8Parser.TryParse(message.Data, out long number, out _) && !_received[publisher].Add(number))
                {
                    Duplicates.Add(new Delivery(publisher, number, clock.Millisecond));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>Messages that the auditor of the subscriber's own server received well inside a confirmed session, and the subscriber did not.</summary>
    public IReadOnlyList<Delivery> UnreportedLosses(IReadOnlyList<Ledger> ledgers, IReadOnlyList<string> nodes)
    {
        IReadOnlyList<Covered> covered = Sessions(nodes);
        var unreported = new List<Delivery>();
        for (int publisher = 0; publisher < ledgers.Count; publisher++)
        {
            Ledger ledger = ledgers[publisher];
            for (long number = 0; number < ledger.Count; number++)
            {
                if (!_received[publisher].Contains(number) && covered.FirstOrDefault(session => session.Holds(ledger.SeenAt(session.Node, number))) is { Until: > 0 } session)
                {
                    unreported.Add(new Delivery(publisher, number, ledger.SeenAt(session.Node, number)));
                }
            }
        }

        return unreported;
    }

    // From the confirmation of the subscriptions to the last inbound byte: outside of it lies the loss window that Resubscribed reports.
    private List<Covered> Sessions(IReadOnlyList<string> nodes)
    {
        var sessions = new List<Covered>();
        int node = -1;
        int from = int.MaxValue;
        foreach (NatsConnectionEvent e in Journal.Of<NatsConnectionEvent>())
        {
            switch (e)
            {
                case NatsConnectedEvent connected:
                    (node, from) = (nodes.ToList().IndexOf(connected.Info.Name), clock.Of(e.Timestamp) + Slack);
                    break;
                case NatsReconnectedEvent reconnected:
                    node = nodes.ToList().IndexOf(reconnected.Info.Name);
                    break;
                case NatsResubscribedEvent:
                    from = clock.Of(e.Timestamp);
                    break;
                case NatsDisconnectedEvent lost:
                    sessions.Add(new Covered(node, from, clock.Of(lost.LastInbound)));
                    from = int.MaxValue;
                    break;
                case NatsLameDuckModeEvent:
                    // From here on the client moves by itself; the window of the move is reported with its Resubscribed.
                    break;
            }
        }

        return sessions;
    }

    // The first SUB follows Connected; the auditors' clocks are this process's.
    private const int Slack = 1000;

    private readonly record struct Covered(int Node, int From, int Until)
    {
        // An auditor is up to some milliseconds late or early against the subscriber's own socket.
        private const int Tolerance = 250;

        public bool Holds(int millisecond) => millisecond >= 0 && millisecond > From + Tolerance && millisecond < Until - Tolerance;
    }
}
