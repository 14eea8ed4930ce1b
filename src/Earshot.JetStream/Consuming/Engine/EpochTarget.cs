using System.Text;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The inbox of one epoch of a read. Messages go to the queue as they come, and the machine is reported of them once per batch; a status is
/// handled immediately, in front of all messages that still wait for their reader.
/// </summary>
internal sealed class EpochTarget(PullEngine engine, int epoch, string inbox) : DeliveryTarget(inbox, null)
{
    private bool _isClosed;
    private long _msgs; // read loop only, as the two below
    private long _bytes;
    private ulong _pending;
    private ulong _lastDelivery; // consumer sequence; of ordered reads

    public int Epoch => epoch;

    /// <summary>The subject as bytes, for pull requests.</summary>
    public byte[] Inbox { get; } = Encoding.UTF8.GetBytes(inbox);

    public override bool IsWanted => !Volatile.Read(ref _isClosed);

    /// <summary>The server is asked to send no more.</summary>
    public void Close() => Volatile.Write(ref _isClosed, true);

    public override void Wake()
    {
        Flush();
        engine.Queue.Wake();
    }

    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        // The engine is reported of the connection's end itself.
    }

    protected override bool Deliver(in ServerOperation operation)
    {
        if (AckSubject.IsAck(operation.ReplyTo))
        {
            engine.Queue.Enqueue(operation);
            _msgs++;
            _bytes += operation.Subject.Length + operation.ReplyTo.Length + operation.Headers.Length + operation.Payload.Length;
            if (AckSubject.TryRead(operation.ReplyTo, engine.Origin.LastReply, out AckSubject subject))
            {
                (_pending, _lastDelivery) = (subject.Pending, subject.ConsumerSeq);
                if (!ReferenceEquals(engine.Origin.LastReply, subject.Origin))
                {
                    engine.Origin.LastReply = subject.Origin;
                }

                engine.Delivered(epoch, subject, operation.Headers);
            }

            return true;
        }

        Flush();
        if (StatusLine.TryRead(operation.Headers, out PullStatus status))
        {
            bool isBehind = engine.IsOrdered && status.Kind == PullStatusKind.Heartbeat && status.LastConsumerSeq > _lastDelivery;
            engine.Status(epoch, isBehind ? status with { Kind = PullStatusKind.Behind } : status);
        }

        return false;
    }

    private void Flush()
    {
        if (_msgs > 0)
        {
            (long msgs, long bytes) = (_msgs, _bytes);
            (_msgs, _bytes) = (0, 0);
            engine.Origin.Deliveries?.Note();
            engine.Received(epoch, msgs, bytes, _pending);
        }
    }
}
