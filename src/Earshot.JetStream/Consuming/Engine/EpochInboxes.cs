using System.Globalization;

namespace Earshot.JetStream.Consuming;

/// <summary>The inboxes of one read that have a subscription. Safe for use from any thread.</summary>
internal sealed class EpochInboxes(PullEngine engine)
{
    private readonly List<EpochTarget> _targets = new(1); // also the lock

    private EpochTarget? _newest;

    /// <summary>The number of the last opened epoch.</summary>
    public int Newest => _newest?.Epoch ?? 0;

    /// <summary>Subscribes the inbox of an epoch, immediately or with the next session. Returns false when the connection is closed.</summary>
    public bool TryOpen(int epoch)
    {
        var target = new EpochTarget(engine, epoch, string.Create(CultureInfo.InvariantCulture, $"{Base()}.{epoch}"));
        if (!engine.Origin.Hub.Port.TryAdd(target))
        {
            return false;
        }

        lock (_targets)
        {
            _targets.Add(target);
            _newest = target;
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

    /// <summary>Unsubscribes an inbox. Messages in flight are still accepted.</summary>
    public void Close(int epoch)
    {
        if (Find(epoch) is { } target)
        {
            target.Close();
            engine.Origin.Hub.Port.Unsubscribe(target);
        }
    }

    /// <summary>Removes an inbox. No more messages are accepted.</summary>
    public void Forget(int epoch)
    {
        if (Find(epoch) is not { } target)
        {
            return;
        }

        // The server already knows that a closed inbox is unsubscribed.
        engine.Origin.Hub.Port.Remove(target, target.IsWanted ? NatsSubEndReason.None : NatsSubEndReason.Drained);
        lock (_targets)
        {
            _targets.Remove(target);
        }
    }

    // All inboxes of a read begin alike. The common part is taken from the newest one: each read would have one more string otherwise.
    private string Base() => _newest is { Subject: var newest } ? newest[..newest.LastIndexOf('.')] : engine.Origin.Hub.Port.Connection.NewInbox();
}
