using System.Threading.Channels;

namespace Earshot.Fleet.Collecting;

/// <summary>
/// What the stream has not acknowledged yet, up to a size. When it is full, what repeats itself is dropped first, then the oldest. Thread-safe.
/// </summary>
internal sealed class RecordOutbox(long capacity)
{
    private const int MostNamed = 50_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<HeldRecord> _events = new();
    private readonly LinkedList<HeldRecord> _repeated = new();
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource _space = New();
    private long _bytes;
    private int _count;
    private long _dropped;
    private DateTimeOffset? _lossFrom;
    private HashSet<(string Server, ulong Client)> _lost = [];

    /// <summary>The number of records, with those that are being sent.</summary>
    public int Count => Locked(() => _count);

    /// <summary>The size of the records, with those that are being sent.</summary>
    public long Bytes => Locked(() => _bytes);

    /// <summary>The number of records that were dropped because there was no space.</summary>
    public long Dropped => Locked(() => _dropped);

    /// <summary>Adds a record; drops others when there is no space.</summary>
    public void Add(HeldRecord record)
    {
        lock (_lock)
        {
            (record.IsRepeated ? _repeated : _events).AddLast(record);
            (_bytes, _count) = (_bytes + record.Size, _count + 1);
            while (_bytes > capacity && ((_repeated.First ?? _events.First) is { } oldest))
            {
                oldest.List!.Remove(oldest);
                Drop(oldest.Value);
            }
        }

        _work.Writer.TryWrite(true);
    }

    /// <summary>Adds a record when at most half of the size is used; waits until then.</summary>
    public async Task AddWhenFreeAsync(HeldRecord record, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task space;
            lock (_lock)
            {
                space = _bytes <= capacity / 2 ? Task.CompletedTask : _space.Task;
            }

            if (space.IsCompleted)
            {
                Add(record);
                return;
            }

            await space.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until there may be a record to send.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _work.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Takes records to send, events first. Each must be completed, returned or dropped.</summary>
    public IReadOnlyList<HeldRecord> Take(int most)
    {
        lock (_lock)
        {
            var taken = new List<HeldRecord>();
            while (taken.Count < most && ((_events.First ?? _repeated.First) is { } first))
            {
                first.List!.Remove(first);
                taken.Add(first.Value);
            }

            return taken;
        }
    }

    /// <summary>A record is stored.</summary>
    public void Complete(HeldRecord record) => End(record, isDropped: false);

    /// <summary>A record can never be stored.</summary>
    public void Refuse(HeldRecord record) => End(record, isDropped: true);

    /// <summary>Takes records back that were not acknowledged, in front of the others.</summary>
    public void Return(IReadOnlyList<HeldRecord> records)
    {
        lock (_lock)
        {
            for (int i = records.Count - 1; i >= 0; i--)
            {
                (records[i].IsRepeated ? _repeated : _events).AddFirst(records[i]);
            }
        }

        _work.Writer.TryWrite(true);
    }

    /// <summary>Returns which records of connections were dropped since the last call; null when none was.</summary>
    public RecordLoss? TakeLoss() => Locked(() =>
    {
        RecordLoss? loss = _lossFrom is { } from ? new RecordLoss(from, _lost.Count < MostNamed ? _lost : null) : null;
        (_lossFrom, _lost) = (null, loss is null ? _lost : []);
        return loss;
    });

    private void End(HeldRecord record, bool isDropped)
    {
        TaskCompletionSource space;
        lock (_lock)
        {
            if (isDropped)
            {
                _dropped++;
            }

            (_bytes, _count) = (_bytes - record.Size, _count - 1);
            (space, _space) = (_space, New());
        }

        space.SetResult();
    }

    private void Drop(HeldRecord record)
    {
        (_bytes, _count, _dropped) = (_bytes - record.Size, _count - 1, _dropped + 1);
        if (record.Record.Client is not { } client)
        {
            return;
        }

        _lossFrom = _lossFrom is null || record.Since < _lossFrom ? record.Since : _lossFrom;
        if (_lost.Count < MostNamed)
        {
            _lost.Add((record.Record.Server.Id, client.Id));
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
