namespace Earshot.JetStream.Consuming;

/// <summary>
/// When the messages of a queue came, per batch of the read loop: an ack is late or not by the time of arrival, which the queue does not
/// keep. One writer and one reader.
/// </summary>
internal sealed class ArrivalTimes
{
    private readonly Queue<(long UpTo, long At)> _batches = new(); // also the lock
    private long _enqueued;
    private long _taken; // reader only, as the two below
    private long _upTo;
    private long _at;

    /// <summary>So many messages more are in the queue.</summary>
    public void Arrived(long msgs, long now)
    {
        lock (_batches)
        {
            _enqueued += msgs;
            _batches.Enqueue((_enqueued, now));
        }
    }

    /// <summary>When the next message came; <paramref name="now"/> when the writer has not told yet.</summary>
    public long Take(long now)
    {
        _taken++;
        if (_taken > _upTo)
        {
            lock (_batches)
            {
                if (!_batches.TryDequeue(out (long UpTo, long At) batch))
                {
                    return now;
                }

                (_upTo, _at) = batch;
            }
        }

        return _at;
    }
}
