namespace Earshot.Subscriptions;

/// <summary>
/// Who got something from one parsed buffer: each subscription is woken once per batch, not once per message, and callers with
/// replies go on together. Owned by one read loop.
/// </summary>
internal sealed class InboundBatch
{
    private List<Subscription>? _touched; // made by the first
    private RequestWaiter? _answered; // the first, as long as it is the only one
    private AnswerRun? _run;
    private AnswerRun? _finished;

    /// <summary>A subscription with the waiting policy that is over its limit: the read loop stops until it has room.</summary>
    public Subscription? Full { get; set; }

    /// <summary>A subscription with another policy that fills up: the read loop gives its readers a moment.</summary>
    public Subscription? Crowded { get; set; }

    /// <summary>Nothing is to be read before one of these has room.</summary>
    public bool IsBlocked => Full is not null || Crowded is not null;

    public void Touch(Subscription subscription)
    {
        if (subscription.IsTouched)
        {
            return;
        }

        subscription.IsTouched = true;
        (_touched ??= []).Add(subscription);
    }

    /// <summary>The waiter has its reply and is to be told.</summary>
    public void Answer(RequestWaiter waiter)
    {
        if (_answered is null && _run is null)
        {
            _answered = waiter;
            return;
        }

        if (_run is null)
        {
            _run = Interlocked.Exchange(ref _finished, null) ?? new AnswerRun(this);
            _run.Add(_answered!);
            _answered = null;
        }

        _run.Add(waiter);
        if (_run.IsFull)
        {
            StartRun();
        }
    }

    /// <summary>The callers of a run have gone on; any thread.</summary>
    public void Finished(AnswerRun run) => Volatile.Write(ref _finished, run);

    public void WakeAll()
    {
        _answered?.Deliver(inline: false);
        _answered = null;
        if (_run is not null)
        {
            StartRun();
        }

        if (_touched is null)
        {
            return;
        }

        foreach (Subscription subscription in _touched)
        {
            subscription.IsTouched = false;
            subscription.Wake();
        }

        _touched.Clear();
    }

    private void StartRun()
    {
        _run!.Start();
        _run = null;
    }
}
