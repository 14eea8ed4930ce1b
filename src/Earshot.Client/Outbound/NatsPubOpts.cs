namespace Earshot;

/// <summary>Options of one publish.</summary>
public record NatsPubOpts
{
    /// <summary>
    /// How long this publish may wait: for a connection, where there was none yet, and for room in the outbound buffer. Null:
    /// <c>NatsOpts.CommandTimeout</c>; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits without a limit. As option of a
    /// request: how long it may take until the request is on its way, a part of what <see cref="NatsSubOpts.Timeout"/> allows for all
    /// of it; null: no limit of its own, but for a request with many replies <c>NatsOpts.CommandTimeout</c>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
