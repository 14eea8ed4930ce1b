using System.ComponentModel;

namespace Earshot;

/// <summary>The options of a single publish.</summary>
public record NatsPubOpts
{
    /// <summary>
    /// Maximum wait of this publish for a connection and for space in the outbound buffer. Null: <c>NatsOpts.CommandTimeout</c>;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: no limit.
    /// </summary>
    /// <remarks>
    /// As an option of a request it limits the time until the request is sent, as a part of <see cref="NatsSubOpts.Timeout"/>. Null then
    /// means no limit of its own, except for a request with many replies, where it means <c>NatsOpts.CommandTimeout</c>.
    /// </remarks>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Has no effect: <c>INatsConnection.FlushAsync</c> waits until everything was sent. Default: null.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool? WaitUntilSent { get; init; }

    /// <summary>Has no effect: a publish that fails throws, and what is lost after it is an event. Default: null.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Action<Exception>? ErrorHandler { get; init; }
}
