namespace Earshot.JetStream.Consuming;

/// <summary>
/// Decides when the progress of running handlers is reported, when their token is cancelled, and what is sent when they have ended. A pure
/// state machine: times are inputs. Not safe for concurrent use.
/// </summary>
internal sealed class RunMachine(RunSettings settings)
{
    private readonly RunSlot[] _slots = new RunSlot[settings.MaxConcurrency];
    private long _cancelAt = PullTimes.Never;

    public bool IsStopping { get; private set; }

    /// <summary>Whether the token of the handlers is cancelled.</summary>
    public bool IsCanceled { get; private set; }

    /// <summary>When <see cref="Timer"/> must be called.</summary>
    public long Due
    {
        get
        {
            long due = _cancelAt;
            foreach (RunSlot slot in _slots)
            {
                due = slot.IsUsed ? Math.Min(due, slot.Due) : due;
            }

            return due;
        }
    }

    /// <summary>A handler begins. Returns the time of its first report of progress.</summary>
    /// <param name="slot">The slot of the handler, which is free.</param>
    /// <param name="ackWait">The time within which the delivery must be acknowledged, in ticks; 0: it needs no ack.</param>
    /// <param name="age">The time since the message arrived.</param>
    /// <param name="now">The current time.</param>
    public long Begin(int slot, long ackWait, long age, long now)
    {
        long interval = ackWait / 2;
        long end = settings.ProgressLimit == PullTimes.Never ? PullTimes.Never : now + settings.ProgressLimit;
        long due = interval > 0 ? now + Math.Max(0, interval - age) : PullTimes.Never;
        _slots[slot] = new RunSlot(true, interval, due < end ? due : PullTimes.Never, end);
        return _slots[slot].Due;
    }

    /// <summary>A handler has ended.</summary>
    public void End(int slot) => _slots[slot] = default;

    /// <summary>No more handlers begin because of new deliveries.</summary>
    public void Stop(long now)
    {
        if (!IsStopping)
        {
            IsStopping = true;
            _cancelAt = settings.DrainTimeout == PullTimes.Never ? PullTimes.Never : now + settings.DrainTimeout;
        }
    }

    /// <summary>Adds the slots whose progress is reported now. Returns true when the token of the handlers is cancelled now.</summary>
    public bool Timer(long now, List<int> progress)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            ref RunSlot slot = ref _slots[i];
            if (slot.IsUsed && slot.Due <= now)
            {
                progress.Add(i);
                long next = now + slot.Interval;
                slot = slot with { Due = next < slot.End ? next : PullTimes.Never };
            }
        }

        if (now < _cancelAt)
        {
            return false;
        }

        (IsCanceled, _cancelAt) = (true, PullTimes.Never);
        return true;
    }

    /// <summary>Reports no more progress for a handler that runs.</summary>
    public void Quiet(int slot) => _slots[slot] = _slots[slot] with { Due = PullTimes.Never };

    /// <summary>Returns what is sent for a message whose handler has ended.</summary>
    /// <param name="outcome">How the handler ended.</param>
    /// <param name="delivered">The number of deliveries of the message.</param>
    /// <param name="backOff">The delays of the consumer.</param>
    public HandlerVerdict VerdictOf(HandlerOutcome outcome, ulong delivered, IReadOnlyList<long> backOff) => outcome switch
    {
        HandlerOutcome.Succeeded => new HandlerVerdict(settings.IsManual ? HandlerVerdictKind.None : HandlerVerdictKind.Ack),
        HandlerOutcome.Canceled => new HandlerVerdict(HandlerVerdictKind.Retry),
        _ when settings.TerminateAfter > 0 && delivered >= (ulong)settings.TerminateAfter => new HandlerVerdict(HandlerVerdictKind.Terminate),
        _ => new HandlerVerdict(HandlerVerdictKind.Retry, settings.RetryDelay(delivered, backOff)),
    };
}
