namespace Earshot.Subscriptions;

/// <summary>
/// The subscriptions that got something from one parsed buffer: each is woken once per batch, not once per message. Owned by
/// one read loop.
/// </summary>
internal sealed class InboundBatch
{
    private List<Subscription>? _touched; // made by the first

    /// <summary>A subscription with the waiting policy that is over its limit: the read loop stops until it has room.</summary>
    public Subscription? Full { get; set; }

    /// <summary>A subscription with another policy that fills up: the read loop gives its readers a moment.</summary>
    public Subscription? Crowded { get; set; }

    /// <summary>Nothing is to be read before one of these has room.</summary>
    public bool IsBlocked => Full is not null || Crowded is not null;

    public void Touch(Subscription subscription)
    {
        if (subscription.IsTouched)
            return;
        subscription.IsTouched = true;
        (_touched ??= []).Add(subscription);
    }

    public void WakeAll()
    {
        if (_touched is null)
            return;
        foreach (Subscription subscription in _touched)
        {
            subscription.IsTouched = false;
            subscription.Wake();
        }

        _touched.Clear();
    }
}
