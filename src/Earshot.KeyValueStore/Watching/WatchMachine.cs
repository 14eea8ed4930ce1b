namespace Earshot.KeyValueStore.Watching;

/// <summary>
/// The state machine of a watch: determines the end of the first entries, which entries are delivered, and when what was delivered before is
/// no longer valid. A pure function of its inputs.
/// </summary>
internal sealed class WatchMachine(bool ignoresDeletes)
{
    private ulong _expected; // entries that the bucket had when the consumer was created
    private ulong _seen; // entries of this consumer, delivered to the application or not
    private bool _hasReset;
    private bool _hasSynced;

    /// <summary>Whether the first entries have ended, since the start or the last reset.</summary>
    public bool IsSynced { get; private set; }

    /// <summary>The number of entries that were received, whether they were delivered or not.</summary>
    public long Received { get; private set; }

    /// <summary>The revision of the last received entry; 0: none.</summary>
    public ulong LastRevision { get; private set; }

    /// <summary>How often the bucket lost entries that were read before.</summary>
    public int Resets { get; private set; }

    /// <summary>Whether an event waits to be taken.</summary>
    public bool HasEvent => _hasReset || _hasSynced;

    /// <summary>Processes the creation of a consumer.</summary>
    /// <param name="pending">The number of entries that the consumer has to deliver, from the response of its creation.</param>
    /// <param name="isReset">Whether the bucket has lost entries, so that the watch starts again.</param>
    public void Created(ulong pending, bool isReset)
    {
        (_expected, _seen) = (pending, 0);
        if (isReset)
        {
            (_hasReset, _hasSynced, IsSynced) = (true, false, false);
            LastRevision = 0;
            Resets++;
        }

        if (!IsSynced && pending == 0)
        {
            Sync();
        }
    }

    /// <summary>Processes an entry. Returns whether it is delivered; the end of the first entries is counted before that.</summary>
    /// <param name="revision">The revision of the entry.</param>
    /// <param name="pending">The number of entries that follow, as the server stated it with this one.</param>
    /// <param name="operation">The operation of the entry.</param>
    public bool Receive(ulong revision, ulong pending, NatsKVOperation operation)
    {
        Received++;
        LastRevision = revision;
        _seen++;
        if (!IsSynced && (pending == 0 || _seen >= _expected))
        {
            Sync();
        }

        return operation == NatsKVOperation.Put || !ignoresDeletes;
    }

    /// <summary>Processes the response that nothing more is pending: the rest of the first entries was removed before it was delivered.</summary>
    public void Drained()
    {
        if (!IsSynced)
        {
            Sync();
        }
    }

    /// <summary>Takes the next event: a reset before everything else.</summary>
    public bool TryTake(out NatsKVWatchEvent e)
    {
        e = _hasReset ? NatsKVWatchEvent.Reset : NatsKVWatchEvent.Synced;
        if (!HasEvent)
        {
            return false;
        }

        (_hasReset, _hasSynced) = (false, _hasReset && _hasSynced);
        return true;
    }

    private void Sync() => (IsSynced, _hasSynced) = (true, true);
}
