using Earshot.Timing;

namespace Earshot.Outbound;

/// <summary>
/// The uncertain publishes (a session ended before a PONG confirmed them), and the flushes that
/// have to fail because of them. A gap belongs to the flushes in flight when it appears; if there is none, to all that begin before the
/// first of them has failed. Thread-safe.
/// </summary>
internal sealed class UncertainPublishes
{
    private readonly Lock _lock = new();
    private long _messages;
    private long _bytes;
    private long _lastEnd; // number of the publish behind the last uncertain one
    private long _reported; // of the messages, those that a flush has failed for or will
    private long _failed; // of the messages, those that a flush has failed for
    private int _flushes; // in flight
    private long _begun; // flushes so far
    private long _returnedTo; // a cancelled flush has left what is behind this count of messages ...
    private long _returnedBefore; // ... also to the flushes in flight, up to this number
    private UncertainPublishes? _tooLarge; // made by the first flush or the first such publish

    /// <summary>Uncertain publishes of the connection so far.</summary>
    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The same for publishes that were dropped because a new server takes no message of their size: those have not arrived.</summary>
    public UncertainPublishes TooLarge => Lazily.Get(ref _tooLarge);

    /// <summary>A session ended with this number of uncertain publishes before number <paramref name="end"/>.</summary>
    public void AddGap(long messages, long bytes, long end)
    {
        lock (_lock)
        {
            Volatile.Write(ref _messages, _messages + messages);
            Volatile.Write(ref _bytes, _bytes + bytes);
            _lastEnd = end;
            if (_flushes > 0)
            {
                _reported = _messages;
            }
        }
    }

    /// <summary>A flush begins; returns its number, and the count that it is compared with.</summary>
    public (long Number, long Baseline) BeginFlush()
    {
        lock (_lock)
        {
            _flushes++;
            return (++_begun, _reported);
        }
    }

    /// <summary>
    /// A flush is over; returns the uncertain publishes it has to fail for. One that was cancelled leaves them to those in flight, none of
    /// which may succeed before one has failed for them, and to the next.
    /// </summary>
    public long EndFlush((long Number, long Baseline) flush, bool isCancelled)
    {
        lock (_lock)
        {
            _flushes--;
            long baseline = flush.Number <= _returnedBefore ? Math.Min(flush.Baseline, _returnedTo) : flush.Baseline;
            long uncertain = _messages - baseline;
            if (uncertain > 0)
            {
                _failed = isCancelled ? _failed : _messages;
                _reported = Math.Max(_failed, baseline);
            }

            if (isCancelled && uncertain > 0)
            {
                (_returnedTo, _returnedBefore) = (_reported, _begun);
            }

            return isCancelled ? 0 : uncertain;
        }
    }

    /// <summary>The number of uncertain publishes behind a mark; an upper bound if several sessions were lost since.</summary>
    public long Behind(in NatsPublishMark mark) => Behind(mark.Number, mark.Uncertain);

    /// <summary>The number of uncertain publishes behind a publish number, given the total when it was marked.</summary>
    public long Behind(long number, long before)
    {
        lock (_lock)
        {
            return _lastEnd <= number ? 0 : Math.Min(_messages - before, _lastEnd - number);
        }
    }
}
