namespace Earshot.Subscriptions;

/// <summary>How much may wait in one subscription's queue, and what happens beyond it.</summary>
internal sealed record SubscriptionLimits(int Messages, long Bytes, SlowPolicy Policy)
{
    // A queue that is longer has left the caches, and its bytes are more than the shared pool keeps.
    private const int CrowdedMessages = 8192;
    private const long CrowdedBytes = 2 * 1024 * 1024;
    private const int FewMessages = 1024;
    private const long FewBytes = 1024 * 1024;

    /// <summary>
    /// Whether readers that get on with it are given a moment before the queue grows further. Who sets a small limit wants few
    /// messages or the newest, and one received buffer may hold more than it.
    /// </summary>
    public bool IsWorthWaiting { get; } = Messages >= FewMessages && Bytes >= FewBytes;

    // Below these nothing needs a closer look.
    public long CrowdMessages => IsWorthWaiting ? Math.Min(Messages / 2, CrowdedMessages) : Messages - 1;

    public long CrowdBytes => IsWorthWaiting ? Math.Min(Bytes / 2, CrowdedBytes) : Bytes;
}
