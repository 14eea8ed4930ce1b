using Earshot.Connections;
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
    private ReceiveOperation? _receiving; // only while something listens
    private bool _isHandled; // by a handler, whose own activity has the context of the message

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
                if (_receiving is { IsCall: false })
                {
                    EndReceiving(null); // what was there together
                }

                return false;
            }
        }
        while (msg is null); // it was not for the application

        if (!IsChecked && MessageTelemetry.IsReceiveObserved)
        {
            Received(msg);
        }

        return true;
    }

    /// <summary>Whether the caller checks messages and calls <see cref="Received"/> itself.</summary>
    protected virtual bool IsChecked => false;

    /// <summary>The messages until the next <see cref="Release"/> are those of one call. Called when it begins.</summary>
    /// <param name="isOfOne">Whether the call requests one message only.</param>
    public void BeginCall(bool isOfOne)
    {
        if (MessageTelemetry.IsReceiveObserved)
        {
            _receiving = new ReceiveOperation(read.Origin.Hub.Port.Connection, read.Origin.Telemetry) { IsCall = true, IsOfOne = isOfOne };
        }
    }

    /// <summary>Counts and traces a message that the application receives.</summary>
    public void Received(INatsJSMsg<T> msg)
    {
        INatsConnection connection = read.Origin.Hub.Port.Connection;
        MessageTelemetry.Consumed(connection, read.Origin.Telemetry);
        if (_isHandled)
        {
            return;
        }

        _receiving ??= new ReceiveOperation(connection, read.Origin.Telemetry);
        _receiving.Add(ReadTelemetry.ContextOf(msg));
        if (!_receiving.IsCall && _receiving.Count == ReceiveOperation.MaxLinks)
        {
            EndReceiving(null);
        }
    }

    /// <summary>The current message is reported to the engine by its handler, and not when the next message is taken.</summary>
    public void Detach() => (_inHand, _isHandled, _receiving) = (0, true, null);

    /// <summary>Marks the current message as processed, and reports all processed messages to the machine.</summary>
    /// <param name="failure">With which the read ends; null: none.</param>
    public void Release(Exception? failure = null)
    {
        Processed();
        ReportProcessed();
        EndReceiving(failure);
    }

    /// <summary>Ends what is traced and measured of the messages until now.</summary>
    /// <param name="failure">With which the read ends; null: none.</param>
    public void EndReceiving(Exception? failure)
    {
        (ReceiveOperation? receiving, _receiving) = (_receiving, null);
        receiving?.End(failure);
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
                PayloadArrays.Pool.Return(received.Buffer);
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
