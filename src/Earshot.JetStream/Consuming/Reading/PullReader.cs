using Earshot.Messages;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Takes messages out of the queue of a read, one reader at a time, and tells the machine what is processed: a message is when the next
/// one is asked for.
/// </summary>
internal sealed class PullReader<T>(PullEngine engine, INatsDeserialize<T> deserializer, IReadReporter reporter)
{
    private const int LongestReply = 512;

    private AckSource? _source;
    private AckSource? _foreign; // of messages whose reply subject cannot be read
    private long _doneMsgs; // processed, the machine was not told yet
    private long _doneBytes;
    private int _inHand; // bytes of the message that the application has

    /// <summary>Told after so many messages, so that not each costs a lock; set with each start.</summary>
    public long TellEvery { get; set; } = 1;

    public PullEngine Engine => engine;

    /// <summary>Takes the next message; what was taken before is processed with it.</summary>
    public bool TryTake(out INatsJSMsg<T>? msg)
    {
        Processed();
        msg = Take();
        if (msg is null)
        {
            TellProcessed();
            return false;
        }

        if (_doneMsgs >= TellEvery)
        {
            TellProcessed();
        }

        return true;
    }

    /// <summary>The message in hand is processed, and the machine is reported all.</summary>
    public void Release()
    {
        Processed();
        TellProcessed();
    }

    private ReceivedMsg<T>? Take()
    {
        Span<byte> reply = stackalloc byte[LongestReply];
        if (!engine.Queue.TryTake(reply, out int length, out InboundMessage received))
        {
            return null;
        }

        long arrived = engine.Arrivals.Take(engine.Origin.Hub.Now);
        _inHand = received.Size + length;
        AckSource source = Read(reply[..length], out AckSubject subject);
        NatsMsg<T> msg = engine.Origin.Hub.Port.Decode(received, deserializer);
        return new ReceivedMsg<T>(msg, _inHand, source, subject, arrived);
    }

    private AckSource Read(ReadOnlySpan<byte> reply, out AckSubject subject)
    {
        if (!AckSubject.TryRead(reply, _source?.Subject ?? engine.Origin.LastReply, out subject))
        {
            return _foreign ??= new AckSource(engine.Origin, new AckOrigin([], [], engine.Origin.Stream, engine.Origin.Name, ""), reporter);
        }

        if (_source?.Fits(subject) != true)
        {
            _source = AckSource.Of(engine.Origin, subject, reporter);
            engine.Origin.LastReply = subject.Origin;
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

    private void TellProcessed()
    {
        if (_doneMsgs > 0)
        {
            engine.Processed(_doneMsgs, _doneBytes);
            (_doneMsgs, _doneBytes) = (0, 0);
        }
    }
}
