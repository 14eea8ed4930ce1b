namespace Earshot.Subscriptions;

/// <summary>How much may wait in one subscription's queue, and what happens beyond it.</summary>
internal sealed record SubscriptionLimits(int Messages, long Bytes, NatsSlowConsumerPolicy Policy)
{
    // A queue that is longer has left the caches, and its bytes are more than the shared pool keeps.
    private const int MaxNearMessages = 8192;
    private const long MaxNearBytes = 2 * 1024 * 1024;
    private const int MinPauseMessages = 1024;
    private const long MinPauseBytes = 1024 * 1024;

    /// <summary>
    /// Whether the read loop pauses for readers that keep up before the queue grows further. A small limit is for few messages or for
    /// the newest, and one received buffer may hold more than it.
    /// </summary>
    public bool AllowsPause { get; } = Messages >= MinPauseMessages && Bytes >= MinPauseBytes;

    /// <summary>Below this number, and below <see cref="NearBytes"/>, the exact counts need not be checked.</summary>
    public long NearMessages => AllowsPause ? Math.Min(Messages / 2, MaxNearMessages) : Messages - 1;

    /// <inheritdoc cref="NearMessages"/>
    public long NearBytes => AllowsPause ? Math.Min(Bytes / 2, MaxNearBytes) : Bytes;
}
