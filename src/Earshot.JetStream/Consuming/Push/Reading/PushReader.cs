using System.Buffers;
using Earshot.Messages;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Takes messages from the queue of a push consumer, for one reader at a time, and reports processed messages to the machine. A message is
/// processed when the next one is requested; a flow control request that waits for it is answered then.
/// </summary>
internal sealed class PushReader<T>(PushEngine engine, INatsDeserialize<T> deserializer, IReadReporter reporter)
{
    private const int LongestReply = 512;
    private const int ReportEvery = 128;

    private AckSource? _source;
    private AckSource? _foreign; // of messages whose reply subject cannot be read
    private long _reported; // processed, and reported to the machine
    private long _doneMsgs; // processed, and not reported yet
    private long _doneBytes;
    private int _inHand; // the size of the message that the application processes

    public PushEngine Engine => engine;

    /// <summary>Takes the next message. The previous message is then processed.</summary>
    public bool TryTake(out INatsJSMsg<T>? msg)
    {
        Processed();
        msg = null;
        while (true)
        {
            if (_doneMsgs >= ReportEvery || (_doneMsgs > 0 && _reported + _doneMsgs >= engine.ReleaseAt))
            {
                ReportProcessed();
            }

            if (!TryTakeNext(out msg))
            {
                ReportProcessed();
                return false;
            }

            if (msg is not null)
            {
                return true;
            }

            Processed(); // it was not for the application
        }
    }

    /// <summary>Marks the current message as processed, and reports all processed messages to the machine.</summary>
    public void Release()
    {
        Processed();
        ReportProcessed();
    }

    // The message is null when the consumer that delivered it was replaced by another one, which delivers it again.
    private bool TryTakeNext(out INatsJSMsg<T>? msg)
    {
        msg = null;
        Span<byte> reply = stackalloc byte[LongestReply];
        if (!engine.Queue.TryTake(reply, out int length, out InboundMessage received))
        {
            return false;
        }

        ConsumerOrigin origin = engine.Origin;
        long arrived = engine.Arrivals.Take(origin.Hub.Now);
        _inHand = received.Size + length;
        AckSource source = Read(origin, reply[..length], out AckSubject subject);
        if (source.Subject.Consumer != origin.Name && !origin.Traits.IsWithoutAck)
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
            _doneMsgs++;
            _doneBytes += _inHand;
            _inHand = 0;
        }
    }

    private void ReportProcessed()
    {
        if (_doneMsgs > 0)
        {
            engine.Processed(_doneMsgs, _doneBytes);
            _reported += _doneMsgs;
            (_doneMsgs, _doneBytes) = (0, 0);
        }
    }
}
