namespace Earshot.Connections;

/// <summary>
/// The plans of the connections that exist, by the values of their options: those with equal options share one, whichever objects the
/// application has made. It keeps no plan alive, and forgets those that are gone when their number has doubled. To hash options makes the
/// runtime compile much, so that a process with one connection does not.
/// </summary>
internal sealed class SharedPlans
{
    private const int FewestToPurge = 64;

    private readonly Dictionary<int, WeakReference<ConnectionPlan>> _known = []; // by hash code; under itself, as the following
    private WeakReference<ConnectionPlan>? _first; // until there is a second
    private int _purgeAt = FewestToPurge;

    /// <summary>How many are remembered, those that are gone included.</summary>
    public int Count
    {
        get
        {
            lock (_known)
            {
                return _known.Count + (_first is null ? 0 : 1);
            }
        }
    }

    /// <summary>The plan for equal options, made now if there is none.</summary>
    public ConnectionPlan GetOrAdd(NatsOpts opts, Func<NatsOpts, ConnectionPlan> make) => Find(opts) ?? Add(make(opts));

    /// <summary>The plan for equal options; null where there is none.</summary>
    public ConnectionPlan? Find(NatsOpts opts)
    {
        lock (_known)
        {
            if (_first is null && _known.Count == 0)
            {
                return null;
            }

            AddFirst();
        }

        int hash = opts.GetHashCode(); // of some eighty values, so not under the lock
        ConnectionPlan? plan = null;
        lock (_known)
        {
            if (_known.TryGetValue(hash, out WeakReference<ConnectionPlan>? weak))
            {
                weak.TryGetTarget(out plan);
            }
        }

        return plan is not null && plan.Opts == opts ? plan : null;
    }

    /// <summary>Makes a plan known, in place of one with the same hash code. A race only makes one twice.</summary>
    public ConnectionPlan Add(ConnectionPlan plan)
    {
        lock (_known)
        {
            if (_first is null && _known.Count == 0)
            {
                _first = new WeakReference<ConnectionPlan>(plan);
                return plan;
            }

            AddFirst();
        }

        int hash = plan.Opts.GetHashCode();
        lock (_known)
        {
            AddHashed(hash, plan);
        }

        return plan;
    }

    private void AddFirst()
    {
        if (_first?.TryGetTarget(out ConnectionPlan? first) == true)
        {
            AddHashed(first.Opts.GetHashCode(), first);
        }

        _first = null;
    }

    private void AddHashed(int hash, ConnectionPlan plan)
    {
        if (_known.Count >= _purgeAt)
        {
            Purge();
        }

        _known[hash] = new WeakReference<ConnectionPlan>(plan);
    }

    private void Purge()
    {
        foreach ((int hash, WeakReference<ConnectionPlan> weak) in _known)
        {
            if (!weak.TryGetTarget(out _))
            {
                _known.Remove(hash);
            }
        }

        _purgeAt = Math.Max(FewestToPurge, 2 * _known.Count);
    }
}
