namespace Earshot.JetStream.Consuming;

/// <summary>
/// The inboxes of one read: the current one, and old ones, whose pull requests are not trusted any more but may still deliver. An old inbox
/// is closed when it has received nothing for a second, when its last pull request has expired, or when the old inboxes may deliver more than
/// may be buffered.
/// </summary>
internal sealed class PullEpochs
{
    private const long Silence = TimeSpan.TicksPerSecond;

    private readonly List<Retiring> _retiring = [];
    private readonly List<(int Epoch, long At)> _closing = []; // unsubscribed; messages in flight are still accepted
    private bool _isSubscribed;

    /// <summary>The number of the current epoch; 0 before the first one.</summary>
    public int Current { get; private set; }

    /// <summary>The number of old inboxes that are not closed yet.</summary>
    public int RetiringCount => _retiring.Count;

    /// <summary>Whether the current inbox is subscribed and no message of earlier requests can arrive on it.</summary>
    public bool IsClean => _isSubscribed && _retiring.Count == 0;

    /// <summary>The amount that old inboxes may still deliver.</summary>
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

    /// <summary>The time at which the first old inbox is closed; <see cref="long.MaxValue"/> when there is none.</summary>
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

    /// <summary>Starts the next epoch. The current one may still deliver <paramref name="left"/>.</summary>
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

    /// <summary>Closes the oldest inboxes until the others may deliver no more than this amount.</summary>
    public void Limit(long amount, long now, List<PullEffect> effects)
    {
        while (_retiring.Count > 0 && RetiringAmount > amount)
        {
            Close(_retiring[0].Epoch, now, effects);
            _retiring.RemoveAt(0);
        }
    }

    /// <summary>Processes messages received on an old inbox.</summary>
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

    /// <summary>Closes the inboxes that are due.</summary>
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

    /// <summary>Unsubscribes all inboxes, including the current one. Messages in flight are accepted until <see cref="ForgetAll"/>.</summary>
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

    /// <summary>Removes all inboxes immediately: no more messages can arrive.</summary>
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
