using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The subscription of a deliver subject. Messages are added to the queue as they arrive, and passed to the machine once per batch. A status
/// is processed immediately, before all messages that still wait for their reader.
/// </summary>
internal sealed class PushTarget(PushEngine engine, ConsumerOrigin origin, string subject, string? group) : DeliveryTarget(subject, group)
{
    private bool _isClosed;
    private long _msgs; // used by the read loop only, as the next three fields
    private long _bytes;
    private long _dropped;
    private ulong _pending;

    public override bool IsWanted => !Volatile.Read(ref _isClosed);

    /// <summary>The consumer that delivers to it.</summary>
    public ConsumerOrigin Origin => origin;

    /// <summary>Marks the subject as unsubscribed.</summary>
    public void Close() => Volatile.Write(ref _isClosed, true);

    public override void Wake()
    {
        Flush();
        engine.Queue.Wake();
    }

    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        // The engine is notified of the end of the connection by the hub.
        if (reason == NatsSubEndReason.Exception && exception is not null)
        {
            engine.ConnectionEnded(exception); // the server does not allow the subscription
        }
    }

    protected override bool Deliver(in ServerOperation operation)
    {
        if (AckSubject.IsAck(operation.ReplyTo))
        {
            Message(operation);
            return true;
        }

        Flush();
        if (StatusLine.TryRead(operation.Headers, out PullStatus status))
        {
            if (status.Kind == PullStatusKind.Heartbeat)
            {
                engine.Heartbeat(origin, status);
            }

            engine.Status(status, FlowSubject.Of(status, operation.Headers, operation.ReplyTo));
        }

        return false;
    }

    private void Message(in ServerOperation operation)
    {
        bool isRead = AckSubject.TryRead(operation.ReplyTo, origin.LastReply, out AckSubject subject);
        if (isRead && subject.Origin.Consumer != origin.Name)
        {
            return; // of the consumer that was replaced by this one
        }

        if (isRead)
        {
            _pending = subject.Pending;
            if (!ReferenceEquals(origin.LastReply, subject.Origin))
            {
                origin.LastReply = subject.Origin;
            }

            engine.Delivered(origin, subject);
        }

        int size = operation.Subject.Length + operation.ReplyTo.Length + operation.Headers.Length + operation.Payload.Length;
        if (engine.IsFull(_bytes + size))
        {
            _dropped++;
            return;
        }

        engine.Queue.Enqueue(operation);
        _msgs++;
        _bytes += size;
    }

    private void Flush()
    {
        if (_msgs > 0)
        {
            (long msgs, long bytes) = (_msgs, _bytes);
            (_msgs, _bytes) = (0, 0);
            origin.Deliveries?.Note();
            engine.Received(msgs, bytes, _pending);
        }

        if (_dropped > 0) // after what was kept, which the counts have when this is reported
        {
            engine.Dropped(_dropped);
            _dropped = 0;
        }
    }
}
