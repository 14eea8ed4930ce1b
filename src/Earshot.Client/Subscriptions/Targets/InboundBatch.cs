namespace Earshot.Subscriptions;

/// <summary>
/// What received something from one parsed buffer, so that each is woken once per batch and not once per message, and what the read
/// loop has to pause for. Owned by one read loop.
/// </summary>
internal sealed class InboundBatch
{
    private List<IBatchReader>? _touched; // made by the first

    /// <summary>The queue of a subscription with the waiting policy that is over its limit: the read loop pauses until it has capacity.</summary>
    public QueueReader? Full { get; set; }

    /// <summary>The queue of a subscription with another policy that fills up: the read loop pauses for its readers, for a limited time.</summary>
    public QueueReader? NearLimit { get; set; }

    /// <summary>Nothing is to be read before one of these has capacity.</summary>
    public bool IsBlocked => Full is not null || NearLimit is not null;

    public void Touch(IBatchReader reader)
    {
        if (reader.IsTouched)
        {
            return;
        }

        reader.IsTouched = true;
        (_touched ??= []).Add(reader);
    }

    public void WakeAll()
    {
        if (_touched is null)
        {
            return;
        }

        foreach (IBatchReader reader in _touched)
        {
            reader.IsTouched = false;
            reader.Wake();
        }

        _touched.Clear();
    }
}
