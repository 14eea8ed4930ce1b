namespace Earshot.JetStream.Consuming;

/// <summary>The inboxes of one read that are in the connection's table of subscriptions. Any thread.</summary>
internal sealed class EpochInboxes(PullEngine engine)
{
    private readonly List<EpochTarget> _targets = []; // also the lock
    private readonly string _prefix = engine.Origin.Hub.Port.Connection.NewInbox();

    /// <summary>Number of the epoch that was opened last.</summary>
    public int Newest { get; private set; }

    /// <summary>Subscribes the inbox of an epoch, now or with the next session. False: the connection is closed.</summary>
    public bool TryOpen(int epoch)
    {
        var target = new EpochTarget(engine, epoch, $"{_prefix}.{epoch}");
        if (!engine.Origin.Hub.Port.TryAdd(target))
        {
            return false;
        }

        lock (_targets)
        {
            _targets.Add(target);
            Newest = epoch;
        }

        return true;
    }

    public EpochTarget? Find(int epoch)
    {
        lock (_targets)
        {
            foreach (EpochTarget target in _targets)
            {
                if (target.Epoch == epoch)
                {
                    return target;
                }
            }
        }

        return null;
    }

    /// <summary>Unsubscribes it; what is in flight is still taken.</summary>
    public void Close(int epoch)
    {
        if (Find(epoch) is { } target)
        {
            target.Close();
            engine.Origin.Hub.Port.Unsubscribe(target);
        }
    }

    /// <summary>Takes nothing more for it.</summary>
    public void Forget(int epoch)
    {
        if (Find(epoch) is not { } target)
        {
            return;
        }

        // One that was closed is known to the server as such.
        engine.Origin.Hub.Port.Remove(target, target.IsWanted ? NatsSubEndReason.None : NatsSubEndReason.Drained);
        lock (_targets)
        {
            _targets.Remove(target);
        }
    }
}
