namespace Earshot;

/// <summary>Options of one publish.</summary>
public record NatsPubOpts
{
    /// <summary>
    /// How long this publish may wait for room in the outbound buffer. Null: <c>NatsOpts.CommandTimeout</c>.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits without a limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
