using Earshot.Auditor;
using Earshot.Chaos.Core;
using Earshot.JetStream;

namespace Earshot.Chaos.JetStream;

/// <summary>Publishes numbered messages to a stream over a connection of its own and records how the client says that each ended.</summary>
internal abstract class Writer(int number, NatsConnection connection, RunClock clock)
{
    /// <summary>What the publishes of this writer ended as, by number.</summary>
    public PublishLedger Ledger { get; } = new();

    public int Number => number;

    public JournalAudit Journal { get; } = new(connection);

    protected NatsConnection Connection => connection;

    /// <summary>Publishes until the token is cancelled, and completes when each publish has ended.</summary>
    public abstract Task RunAsync(string subject, CancellationToken stop);

    protected byte[] NextPayload(out long message)
    {
        message = Ledger.Next();
        return AuditedPayload.Write(number, message);
    }

    protected async Task RecordAsync(long message, Func<Task<PubAckResponse>> publish)
    {
        try
        {
            PubAckResponse ack = await publish();
            ack.EnsureSuccess();
            Ledger.Acked(message, ack.Seq, clock.Millisecond);
        }
        catch (NatsException e)
        {
            Ledger.Failed(message, (e as INatsDelivery)?.Outcome ?? NatsOutcome.Rejected);
        }
        catch (OperationCanceledException e)
        {
            Ledger.Failed(message, (e as INatsDelivery)?.Outcome ?? NatsOutcome.Unknown);
        }
    }
}
