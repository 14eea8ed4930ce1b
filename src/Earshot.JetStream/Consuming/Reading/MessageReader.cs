using System.Buffers;
using Earshot.Messages;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Takes messages from the queue of a read, for one reader at a time, and reports processed messages to its machine. A message is processed
/// when the next one is requested.
/// </summary>
internal abstract class MessageReader<T>(IStoppableRead read, INatsDeserialize<T> deserializer, IReadReporter reporter)
{
    private const int LongestReply = 512;

    private readonly DeliveryQueue _queue = read.Queue;
    private readonly ArrivalTimes _arrivals = read.Arrivals;
    private AckSource? _source;
    private AckSource? _foreign; // of messages whose reply subject cannot be read
    private int _inHand; // the size of the message that the application processes

    /// <summary>The number of messages that are processed, and not reported to the machine yet.</summary>
    protected long DoneMsgs { get; private set; }

    /// <summary>The size of these messages, in bytes.</summary>
    protected long DoneBytes { get; private set; }

    /// <summary>The number of processed messages that were reported to the machine.</summary>
    protected long Reported { get; private set; }

    /// <summary>Whether processed messages are reported before the queue is empty. Not each one is, because a report takes a lock.</summary>
    protected abstract bool IsReportDue { get; }

    /// <summary>Takes the next message. The previous message is then processed.</summary>
    public bool TryTake(out INatsJSMsg<T>? msg)
    {
        do
        {
            Processed();
            if (IsReportDue)
            {
                ReportProcessed();
            }

            if (!TryTakeNext(out msg))
            {
                ReportProcessed();
                return false;
            }
        }
        while (msg is null); // it was not for the application

        return true;
    }

    /// <summary>The current message is reported to the engine by its handler, and not when the next message is taken.</summary>
    public void Detach() => _inHand = 0;

    /// <summary>Marks the current message as processed, and reports all processed messages to the machine.</summary>
    public void Release()
    {
        Processed();
        ReportProcessed();
    }

    /// <summary>Whether a message is not for the application, because another consumer has replaced the one that delivered it.</summary>
    protected virtual bool IsReplaced(ConsumerOrigin origin, AckOrigin subject) => false;

    private bool TryTakeNext(out INatsJSMsg<T>? msg)
    {
        msg = null;
        Span<byte> reply = stackalloc byte[LongestReply];
        if (!_queue.TryTake(reply, out int length, out InboundMessage received))
        {
            return false;
        }

        ConsumerOrigin origin = read.Origin;
        long arrived = _arrivals.Take(origin.Hub.Now);
        _inHand = received.Size + length;
        AckSource source = Read(origin, reply[..length], out AckSubject subject);
        if (IsReplaced(origin, source.Subject))
        {
            if (received.IsPooled)
            {
                ArrayPool<byte>.Shared.Return(received.Buffer);
            }

            return true;
        }

        NatsMsg<T> decoded = origin.Hub.Port.Decode(received, deserializer);
        msg = new ReceivedMsg<T>(decoded, _inHand, source, subject, arrived);
        return true;
    }

    private AckSource Read(ConsumerOrigin origin, ReadOnlySpan<byte> reply, out AckSubject subject)
    {
        if (!AckSubject.TryRead(reply, _source?.Subject ?? origin.LastReply, out subject))
        {
            return _foreign ??= new AckSource(origin, new AckOrigin([], [], origin.Stream, origin.Name, ""), reporter);
        }

        if (_source?.Fits(subject) != true || !ReferenceEquals(_source.Consumer, origin))
        {
            _source = AckSource.Of(origin, subject, reporter);
        }

        return _source;
    }

    private void Processed()
    {
        if (_inHand > 0)
        {
            DoneMsgs++;
            DoneBytes += _inHand;
            _inHand = 0;
        }
    }

    private void ReportProcessed()
    {
        if (DoneMsgs > 0)
        {
            read.Processed(DoneMsgs, DoneBytes);
            Reported += DoneMsgs;
            (DoneMsgs, DoneBytes) = (0, 0);
        }
    }
}
