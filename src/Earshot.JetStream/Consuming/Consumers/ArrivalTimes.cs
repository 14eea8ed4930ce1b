namespace Earshot.JetStream.Consuming;

/// <summary>
/// The arrival times of the messages of a queue, for each batch of the read loop. Whether an ack is late depends on the arrival, which the
/// queue does not store. For one writer and one reader.
/// </summary>
internal sealed class ArrivalTimes
{
    private readonly Queue<(long UpTo, long At)> _batches = new(); // also the lock
    private long _enqueued;
    private long _taken; // used by the reader only, as the next two fields
    private long _upTo;
    private long _at;

    /// <summary>Adds the arrival time of messages that were added to the queue.</summary>
    public void Arrived(long msgs, long now)
    {
        lock (_batches)
        {
            _enqueued += msgs;
            _batches.Enqueue((_enqueued, now));
        }
    }

    /// <summary>Returns the arrival time of the next message; <paramref name="now"/> when the writer has not added it yet.</summary>
    public long Take(long now)
    {
        _taken++;
        while (_taken > _upTo)
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
