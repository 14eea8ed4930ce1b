namespace Earshot.Subscriptions;

/// <summary>How much may wait in one subscription's queue, and what happens beyond it.</summary>
internal sealed record SubscriptionLimits(int Messages, long Bytes, SlowPolicy Policy)
{
    /// <summary>
    /// Whether a queue that fills up is given a moment to be read before anything is dropped. Who sets a small limit wants the
    /// newest messages or few, and one received buffer may hold more than it.
    /// </summary>
    public bool IsWorthWaiting { get; } = Policy != SlowPolicy.Wait && Messages >= 1024 && Bytes >= 1024 * 1024;

    // Below these nothing needs a closer look: half of the limits where there is something to do about it.
    public long CrowdMessages => IsWorthWaiting ? Messages / 2 : Messages - 1;

    public long CrowdBytes => IsWorthWaiting ? Bytes / 2 : Bytes;

    // Down to here reading from the server stands still once it does; going on at each message read would stop it at the next.
    public long RoomyMessages { get; } = Policy == SlowPolicy.Wait ? Messages * 3L / 4 : Messages / 4;

    public long RoomyBytes { get; } = Policy == SlowPolicy.Wait ? Bytes / 4 * 3 : Bytes / 4;
}
