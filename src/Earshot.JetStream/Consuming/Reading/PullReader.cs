using Earshot.Messages;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Takes messages from the queue of a read, for one reader at a time, and reports processed messages to the machine. A message is processed
/// when the next one is requested.
/// </summary>
internal sealed class PullReader<T>(PullEngine engine, INatsDeserialize<T> deserializer, IReadReporter reporter)
{
    private const int LongestReply = 512;

    private AckSource? _source;
    private AckSource? _foreign; // of messages whose reply subject cannot be read
    private long _doneMsgs; // processed, and not reported to the machine yet
    private long _doneBytes;
    private int _inHand; // the size of the message that the application processes

    /// <summary>The number of processed messages after which they are reported, so that not each one takes a lock. Set at each start.</summary>
    public long ReportEvery { get; set; } = 1;

    public PullEngine Engine => engine;

    /// <summary>Takes the next message. The previous message is then processed.</summary>
    public bool TryTake(out INatsJSMsg<T>? msg)
    {
        Processed();
        msg = Take();
        if (msg is null)
        {
            ReportProcessed();
            return false;
        }

        if (_doneMsgs >= ReportEvery)
        {
            ReportProcessed();
        }

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

    private void ReportProcessed()
    {
        if (_doneMsgs > 0)
        {
            engine.Processed(_doneMsgs, _doneBytes);
            (_doneMsgs, _doneBytes) = (0, 0);
        }
    }
}
