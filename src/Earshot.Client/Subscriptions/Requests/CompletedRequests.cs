namespace Earshot.Subscriptions;

/// <summary>The requests whose replies were in the buffer that is being parsed: one is completed by itself, several together. Read loop only.</summary>
internal sealed class CompletedRequests
{
    private RequestWaiter? _single; // the first, as long as it is the only one
    private ReplyBatch? _batch;
    private ReplyBatch? _spare; // one that has done its work, to be used again

    /// <summary>The waiter has its reply and is to be completed.</summary>
    public void Add(RequestWaiter waiter)
    {
        if (_single is null && _batch is null)
        {
            _single = waiter;
            return;
        }

        if (_batch is null)
        {
            _batch = Interlocked.Exchange(ref _spare, null) ?? new ReplyBatch(this);
            _batch.Add(_single!);
            _single = null;
        }

        _batch.Add(waiter);
        if (_batch.IsFull)
        {
            StartBatch();
        }
    }

    /// <summary>The buffer is parsed: completes what was added.</summary>
    public void Complete()
    {
        _single?.Deliver(inline: false);
        _single = null;
        if (_batch is not null)
        {
            StartBatch();
        }
    }

    /// <summary>The callers of a batch have continued; any thread.</summary>
    public void Return(ReplyBatch batch) => Volatile.Write(ref _spare, batch);

    private void StartBatch()
    {
        _batch!.Start();
        _batch = null;
    }
}
