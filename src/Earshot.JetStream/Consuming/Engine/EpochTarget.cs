using System.Text;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The inbox of one epoch of a read. Messages are added to the queue as they arrive, and passed to the machine once per batch. A status is
/// processed immediately, before all messages that still wait for their reader.
/// </summary>
internal sealed class EpochTarget(PullEngine engine, int epoch, string inbox) : DeliveryTarget(inbox, null)
{
    private bool _isClosed;
    private long _msgs; // used by the read loop only, as the next two fields
    private long _bytes;
    private ulong _pending;
    private (ulong Stream, ulong Consumer) _last; // the sequences of the last delivery, for ordered reads

    public int Epoch => epoch;

    /// <summary>The subject in bytes, for pull requests.</summary>
    public byte[] Inbox { get; } = Encoding.UTF8.GetBytes(inbox);

    public override bool IsWanted => !Volatile.Read(ref _isClosed);

    /// <summary>Marks the inbox as unsubscribed.</summary>
    public void Close() => Volatile.Write(ref _isClosed, true);

    public override void Wake()
    {
        Flush();
        engine.Queue.Wake();
    }

    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        // The hub notifies running reads of the end of the connection. A single pull that has ended is none of them, and its inbox may be kept.
        if (reason == NatsSubEndReason.ConnectionClosed)
        {
            engine.GiveUpInbox();
        }
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
                (_pending, _last) = (subject.Pending, (subject.StreamSeq, subject.ConsumerSeq));
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
            if (status.Kind == PullStatusKind.Heartbeat)
            {
                engine.Heartbeat(epoch, status);
            }

            engine.Status(epoch, engine.IsOrdered && IsElsewhere(status) ? status with { Kind = PullStatusKind.Behind } : status);
        }

        return false;
    }

    // The consumer delivered messages that did not arrive, or was set back in the stream after the last one.
    private bool IsElsewhere(in PullStatus status) =>
        status.Kind == PullStatusKind.Heartbeat && (status.LastConsumerSeq > _last.Consumer || (status.LastStreamSeq > 0 && status.LastStreamSeq < _last.Stream));

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
