using Earshot.JetStream;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>Reads the stream in order, and checks that nothing is missing, repeated or out of order, except where the stream lost messages.</summary>
internal sealed class OrderedWork
{
    private readonly StreamContext _context;
    private readonly Dictionary<int, int> _reported = []; // what the connection had reported at each loss of the stream, by the number of the loss
    private ulong _last;
    private int _lastDrops; // losses of the stream before the last message was stored
    private ulong _end = ulong.MaxValue; // of the stream after it lost messages that were read, until they come again
    private int? _beforeFirst; // what the connection had reported when the stream lost messages, since the read was last compared with it
    private int _beforeLast; // and when it lost messages last
    private int _restartedAt; // losses of the stream when the read began again
    private bool _isOver;

    public OrderedWork(StreamContext context)
    {
        _context = context;
        Store.Lost += _ =>
        {
            _beforeFirst ??= _context.Sight.Regressions;
            _beforeLast = _context.Sight.Regressions;
            _reported[Store.Drops] = _beforeLast;
        };
    }

    private StoreLedger Store => _context.Site.Store;

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        while (!_context.HasEnded)
        {
            Begin();
            await _context.Check.RunAsync("ordered read", null, ReadAsync).ConfigureAwait(false);
            await _context.PauseAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }

        _isOver = true;
    }

    /// <summary>How many messages the read is away from the end of the stream.</summary>
    public long Remaining => _isOver ? 0 : Math.Abs((long)Store.LastSequence - (long)_last);

    /// <summary>The faults are over: the read has reached the end of the stream.</summary>
    public void CheckReached()
    {
        if (!_isOver && _last != Store.LastSequence)
        {
            _context.Report("ordered-reaches-end", $"the ordered read is at {_last}, the stream at {Store.LastSequence}");
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var opts = new NatsJSOrderedConsumerOpts { RegressionPolicy = _context.Plan.RegressionPolicy };
        INatsJSConsumer consumer = await _context.JetStream.CreateOrderedConsumerAsync(StreamPlan.Stream, opts, cancellationToken).ConfigureAwait(false);
        Begin();
        // Batches are many messages: five at a time would be too slow.
        var consume = new NatsJSConsumeOpts { MaxMsgs = _context.Chance.Of(1000, _context.Plan.HasExtras ? 20 : 5), IdleHeartbeat = TimeSpan.FromSeconds(_context.Chance.Of(1, 5)) };
        await foreach (INatsJSMsg<byte[]> msg in consumer.ConsumeAsync<byte[]>(opts: consume, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            Check(msg);
            if (_context.Chance.Is(0.02))
            {
                await _context.PauseAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            }
        }
    }

    private void Begin() => (_last, _lastDrops, _end, _beforeFirst, _restartedAt) = (0, Store.Drops, ulong.MaxValue, null, Store.Drops);

    private void Check(INatsJSMsg<byte[]> msg)
    {
        ulong sequence = msg.Metadata!.Value.Sequence.Stream;
        if (Store.Find(msg.Data) is not { } message || message.DropsBefore(sequence, msg.Metadata.Value.Timestamp) is not { } drops)
        {
            _context.Report("received-was-stored", $"the ordered read delivered the sequence {sequence}, which never had this message: {Store.Find(msg.Data)}");
            return;
        }

        _context.Log($"ordered read delivers {sequence}, {message}");
        CheckOrder(sequence, message, drops);
        (_last, _lastDrops) = (sequence, drops);
    }

    // What was read and then lost comes again, with other messages: from the lowest end of the stream since. A loss that the stream has made
    // good before the read looked again cannot be seen.
    private void CheckOrder(ulong sequence, StreamMessage message, int drops)
    {
        ulong end = Math.Min(_end, EndBelow(_last, _lastDrops));
        ulong expected = Math.Min(_last, end) + 1;
        bool isLost = EndBelow(sequence, drops) < sequence;
        bool isUnseen = sequence == _last + 1 && (isLost || _context.Sight.Regressions == _beforeLast);
        // It was in flight when the stream lost it and others before it: what was lost until it was stored decides.
        bool wasInFlight = isLost && sequence == Math.Min(Math.Min(_last, _end), Store.LowestEndSince(_lastDrops, drops)) + 1;
        bool mayRestart = Store.Drops > _restartedAt || EndBelow(_last, _lastDrops) < _last; // messages may have been in flight when the stream lost them
        bool restarts = _context.Plan.RegressionPolicy == NatsJSRegressionPolicy.Restart && sequence == 1 && mayRestart;
        if (sequence != expected && !isUnseen && !wasInFlight && !restarts)
        {
            _context.Report("ordered-gapless", $"the ordered read delivered {sequence}, {message}, behind {_last}; expected was {expected}");
        }

        if (sequence <= _last && _context.Sight.Regressions == _beforeFirst)
        {
            _context.Report("regression-reported", $"the ordered read delivered {sequence}, {message}, behind {_last}, and no event says that the stream lost messages");
        }

        _restartedAt = restarts ? Store.Drops : _restartedAt;
        if (sequence == expected || restarts || (isUnseen && !isLost))
        {
            end = ulong.MaxValue;
        }

        _end = Math.Min(end, EndBelow(sequence, drops));
        if (sequence <= _last)
        {
            // A message that was in flight when the stream lost it says nothing about losses behind it.
            _beforeFirst = _reported.TryGetValue(drops + 1, out int reported) ? reported : null;
        }
    }

    // The lowest end of the stream since a message was stored, if the message is lost.
    private ulong EndBelow(ulong sequence, int drops) => Store.LowestEndSince(drops) is var end && end < sequence ? end : ulong.MaxValue;
}
