namespace Earshot.JetStream.Consuming;

/// <summary>
/// The inboxes of one read: the current one, and those whose pulls are not trusted any more but may still deliver. An old inbox is given
/// up when it was silent for a second, at the latest when its last pull has expired, and earlier when the current one could bring more
/// than may be buffered.
/// </summary>
internal sealed class PullEpochs
{
    private const long Silence = TimeSpan.TicksPerSecond;

    private readonly List<Retiring> _retiring = [];
    private readonly List<(int Epoch, long At)> _closing = []; // unsubscribed; what was in flight is still taken
    private bool _isSubscribed;

    /// <summary>Number of the current epoch; 0 before the first.</summary>
    public int Current { get; private set; }

    /// <summary>Number of inboxes that are given up soon.</summary>
    public int RetiringCount => _retiring.Count;

    /// <summary>The current inbox is subscribed and nothing that was asked for before can arrive on it.</summary>
    public bool IsClean => _isSubscribed && _retiring.Count == 0;

    /// <summary>What old inboxes may still deliver.</summary>
    public long RetiringAmount
    {
        get
        {
            long sum = 0;
            foreach (Retiring old in _retiring)
            {
                sum += old.Amount;
            }

            return sum;
        }
    }

    /// <summary>When the first old inbox is given up; <see cref="long.MaxValue"/>: there is none.</summary>
    public long Due
    {
        get
        {
            long due = long.MaxValue;
            foreach (Retiring old in _retiring)
            {
                due = Math.Min(due, Math.Min(old.LastSeen + Silence, old.Expiry));
            }

            return _closing.Count > 0 ? Math.Min(due, _closing[0].At) : due;
        }
    }

    /// <summary>Begins the next epoch; the present one may still deliver <paramref name="left"/>.</summary>
    public void Renew(long left, long now, long expiry, List<PullEffect> effects)
    {
        if (_isSubscribed && left > 0)
        {
            _retiring.Add(new Retiring(Current, left, now, expiry));
        }
        else if (_isSubscribed)
        {
            Close(Current, now, effects);
        }

        Current++;
        _isSubscribed = true;
        effects.Add(new PullEffect(PullEffectKind.Subscribe, Current));
    }

    /// <summary>Gives up the oldest inboxes until no more than this may still come of them.</summary>
    public void Limit(long amount, long now, List<PullEffect> effects)
    {
        while (_retiring.Count > 0 && RetiringAmount > amount)
        {
            Close(_retiring[0].Epoch, now, effects);
            _retiring.RemoveAt(0);
        }
    }

    /// <summary>A message came on an old inbox.</summary>
    public void Seen(int epoch, long amount, long now)
    {
        for (int i = 0; i < _retiring.Count; i++)
        {
            if (_retiring[i].Epoch == epoch)
            {
                _retiring[i] = _retiring[i] with { Amount = Math.Max(0, _retiring[i].Amount - amount), LastSeen = now };
                return;
            }
        }
    }

    /// <summary>Gives up what is due.</summary>
    public void GiveUpDue(long now, List<PullEffect> effects)
    {
        for (int i = _retiring.Count - 1; i >= 0; i--)
        {
            Retiring old = _retiring[i];
            if (now >= Math.Min(old.LastSeen + Silence, old.Expiry) || old.Amount == 0)
            {
                Close(old.Epoch, now, effects);
                _retiring.RemoveAt(i);
            }
        }

        while (_closing.Count > 0 && now >= _closing[0].At)
        {
            effects.Add(new PullEffect(PullEffectKind.Forget, _closing[0].Epoch));
            _closing.RemoveAt(0);
        }
    }

    /// <summary>Unsubscribes every inbox, the current one too; what is in flight is still taken until <see cref="ForgetAll"/>.</summary>
    public void CloseAll(long now, List<PullEffect> effects)
    {
        foreach (Retiring old in _retiring)
        {
            Close(old.Epoch, now, effects);
        }

        _retiring.Clear();
        if (_isSubscribed)
        {
            _isSubscribed = false;
            Close(Current, now, effects);
        }
    }

    /// <summary>Gives up every inbox immediately: nothing can come any more.</summary>
    public void ForgetAll(List<PullEffect> effects)
    {
        foreach (Retiring old in _retiring)
        {
            effects.Add(new PullEffect(PullEffectKind.Forget, old.Epoch));
        }

        foreach ((int epoch, _) in _closing)
        {
            effects.Add(new PullEffect(PullEffectKind.Forget, epoch));
        }

        _retiring.Clear();
        _closing.Clear();
        if (_isSubscribed)
        {
            _isSubscribed = false;
            effects.Add(new PullEffect(PullEffectKind.Forget, Current));
        }
    }

    private void Close(int epoch, long now, List<PullEffect> effects)
    {
        effects.Add(new PullEffect(PullEffectKind.Unsubscribe, epoch));
        _closing.Add((epoch, now + Silence));
    }

    private readonly record struct Retiring(int Epoch, long Amount, long LastSeen, long Expiry);
}
