using Earshot.Fleet.Shipping;

namespace Earshot.Fleet.Tests.Shipping;

/// <summary>The outbox and the sending machine with a clock that the test moves, and a stream that answers as the test says.</summary>
internal sealed class ShipmentRig
{
    public const int MaxPayload = 1024 * 1024;

    private readonly Dictionary<string, JournalOutbox> _journals = [];

    public ShipmentRig(NatsJournalShippingOptions? options = null, double chance = 0)
    {
        Options = options ?? new NatsJournalShippingOptions { Service = "orders-api", Instance = "p1" };
        Shipment = new Shipment(Options, new OwnSubjects("earshot.v1.j.orders-api.p1.") { Inbox = "_INBOX.x.*" }, () => chance);
    }

    public NatsJournalShippingOptions Options { get; }

    public Shipment Shipment { get; }

    public Receiver Receiver { get; } = new();

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

    public JournalOutbox Journal(string connection)
    {
        if (!_journals.TryGetValue(connection, out JournalOutbox? journal))
        {
            _journals[connection] = journal = new JournalOutbox(new JournalConnection(connection) { Service = Options.Service, Instance = Options.Instance, Name = "orders" });
        }

        return journal;
    }

    public void Add(string connection, NatsConnectionEvent e) => Shipment.Arrived(Journal(connection), e, Now);

    /// <summary>The next step; a batch that it returns counts as written.</summary>
    public SendStep Next(double pendingShare = 0) => Shipment.Next(Now, pendingShare, MaxPayload);

    /// <summary>Waits until a batch is sent, by moving the clock to where the machine decides again.</summary>
    /// <returns>The batch; null when there is nothing to send.</returns>
    public FrozenBatch? Send()
    {
        for (SendStep step = Next(); ; step = Next())
        {
            if (step.Batch is { } batch)
            {
                return batch;
            }

            if (step.Until is not { } until)
            {
                return null;
            }

            Now = until;
        }
    }

    /// <summary>Sends and acknowledges until nothing is left.</summary>
    public void SendAll()
    {
        while (Send() is { } batch)
        {
            Receiver.Store(batch);
            Shipment.Answered(batch.Number, SendFailure.None, null, Now);
        }
    }
}
