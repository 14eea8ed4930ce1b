using System.Text;
using Earshot.Authentication;
using Earshot.Protocol;
using Earshot.Transport;

namespace Earshot.Connections;

/// <summary>Refuses options that cannot work, each with the name of its property; what concerns the servers' URLs is checked with them.</summary>
internal static class OptionChecks
{
    // What CONNECT and the subjects of inboxes can carry in addition to everything else on a line of 4,096 bytes, the server's default limit.
    private const int LongestName = 1024;
    private const long LargestBuffer = 1L << 30;
    private const int SmallestJournal = 16;
    private const int ShortestControlLine = 64;
    private const int LongestControlLine = 65_000; // queues keep lengths in two bytes

    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="NotSupportedException">An option requests a feature that this version does not support.</exception>
    public static void ThrowIfInvalid(NatsOpts opts)
    {
        ThrowIfMissing(opts);
        ThrowIfTooLong(opts.Name, nameof(opts.Name));
        if (opts.InboxPrefix.Length > 0)
        {
            SubjectRules.ThrowIfInvalidInboxPrefix(opts.InboxPrefix, nameof(opts.InboxPrefix));
            ThrowIfTooLong(opts.InboxPrefix, nameof(opts.InboxPrefix));
        }

        CredentialsResolver.Validate(opts.AuthOpts);
        WebSocketHandshake.Validate(opts.WebSocketOpts);
        if (opts.ProxyUrl is not null)
        {
            ProxyDialer.Validate(opts.ProxyUrl);
        }

        ThrowIfNotInRange(opts);
        ThrowIfNotDefined(opts);
        ThrowIfNotDurations(opts);
    }

    /// <summary>The longest wait between rounds; a shortest wait above the default of the longest raises it, and zero means that delays do not grow.</summary>
    public static TimeSpan ReconnectWaitMax(NatsOpts opts) =>
        opts.ReconnectWaitMax == TimeSpan.Zero || (opts.ReconnectWaitMin > opts.ReconnectWaitMax && opts.ReconnectWaitMax == NatsOpts.Default.ReconnectWaitMax)
            ? OptionTimes.Wait(opts.ReconnectWaitMin)
            : OptionTimes.Of(opts.ReconnectWaitMax);

    private static void ThrowIfMissing(NatsOpts opts)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(opts.Url, nameof(opts.Url));
        ArgumentNullException.ThrowIfNull(opts.Name, nameof(opts.Name));
        ArgumentNullException.ThrowIfNull(opts.AuthOpts, nameof(opts.AuthOpts));
        ArgumentNullException.ThrowIfNull(opts.TlsOpts, nameof(opts.TlsOpts));
        ArgumentNullException.ThrowIfNull(opts.WebSocketOpts, nameof(opts.WebSocketOpts));
        ArgumentNullException.ThrowIfNull(opts.SerializerRegistry, nameof(opts.SerializerRegistry));
        ArgumentNullException.ThrowIfNull(opts.LoggerFactory, nameof(opts.LoggerFactory));
        ArgumentNullException.ThrowIfNull(opts.InboxPrefix, nameof(opts.InboxPrefix));
        ArgumentNullException.ThrowIfNull(opts.ConnectionListeners, nameof(opts.ConnectionListeners));
        ArgumentNullException.ThrowIfNull(opts.TimeProvider, nameof(opts.TimeProvider));
        ArgumentNullException.ThrowIfNull(opts.SubjectEncoding, nameof(opts.SubjectEncoding));
        ArgumentNullException.ThrowIfNull(opts.HeaderEncoding, nameof(opts.HeaderEncoding));
        if (opts.ConnectionListeners.Contains(null!))
        {
            throw new ArgumentException("NatsOpts.ConnectionListeners contains null.", nameof(opts.ConnectionListeners));
        }
    }

    private static void ThrowIfTooLong(string text, string name)
    {
        if (text.Length > LongestName || Encoding.UTF8.GetByteCount(text) > LongestName)
        {
            throw new ArgumentException($"NatsOpts.{name} is longer than {LongestName} bytes.", name);
        }
    }

    private static void ThrowIfNotInRange(NatsOpts opts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxReconnectRetry, -1, nameof(opts.MaxReconnectRetry));
        ArgumentOutOfRangeException.ThrowIfNegative(opts.MaxReconnectPerServer, nameof(opts.MaxReconnectPerServer));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(opts.MaxPingOut, nameof(opts.MaxPingOut));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(opts.WriterBufferSize, nameof(opts.WriterBufferSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opts.WriterBufferSize, LargestBuffer, nameof(opts.WriterBufferSize));
        ArgumentOutOfRangeException.ThrowIfNegative(opts.PendingBufferSize, nameof(opts.PendingBufferSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opts.PendingBufferSize, LargestBuffer, nameof(opts.PendingBufferSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(opts.SubPendingChannelCapacity, nameof(opts.SubPendingChannelCapacity));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(opts.SubPendingBytesLimit, nameof(opts.SubPendingBytesLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.EventCapacity, SmallestJournal, nameof(opts.EventCapacity));
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxControlLine, ShortestControlLine, nameof(opts.MaxControlLine));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opts.MaxControlLine, LongestControlLine, nameof(opts.MaxControlLine));
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.DrainGracePeriod, TimeSpan.Zero, nameof(opts.DrainGracePeriod));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opts.DrainGracePeriod, TimeSpan.FromMilliseconds(int.MaxValue), nameof(opts.DrainGracePeriod));
        ArgumentOutOfRangeException.ThrowIfNegative(opts.DetachHandlerAfterFaults, nameof(opts.DetachHandlerAfterFaults));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(opts.MaxPayloadHardCap, nameof(opts.MaxPayloadHardCap));
    }

    private static void ThrowIfNotDefined(NatsOpts opts)
    {
        ThrowIfNotDefined(opts.LameDuckPolicy, nameof(opts.LameDuckPolicy));
        ThrowIfNotDefined(opts.PendingBufferPolicy, nameof(opts.PendingBufferPolicy));
        ThrowIfNotDefined(opts.RequestReplyMode, nameof(opts.RequestReplyMode));
        ThrowIfNotDefined(opts.RequestsOnDisconnect, nameof(opts.RequestsOnDisconnect));
        ThrowIfNotDefined(opts.SubPendingChannelFullMode, nameof(opts.SubPendingChannelFullMode));
        ThrowIfNotDefined(opts.TlsOpts.RevocationMode, $"{nameof(opts.TlsOpts)}.{nameof(NatsTlsOpts.RevocationMode)}");
    }

    private static void ThrowIfNotDefined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"NatsOpts.{name} is not a defined value of {typeof(T).Name}.");
        }
    }

    private static void ThrowIfNotDurations(NatsOpts opts)
    {
        foreach ((string name, TimeSpan value, bool takesZero) in Durations(opts))
        {
            if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || (value == TimeSpan.Zero && !takesZero) || value > OptionTimes.Longest))
            {
                throw new ArgumentOutOfRangeException(
                    name, value, $"NatsOpts.{name} must be {(takesZero ? "zero or above" : "above zero")} and below 24 days, or Timeout.InfiniteTimeSpan.");
            }
        }

        if (opts.TcpUserTimeout < TimeSpan.Zero || opts.TcpUserTimeout.TotalMilliseconds > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(opts.TcpUserTimeout), opts.TcpUserTimeout, "NatsOpts.TcpUserTimeout must be zero (operating system default) or positive, and less than 24 days.");
        }

        if (OptionTimes.Wait(opts.ReconnectWaitMin) > ReconnectWaitMax(opts))
        {
            throw new ArgumentException($"NatsOpts.ReconnectWaitMin ({opts.ReconnectWaitMin}) is above ReconnectWaitMax ({opts.ReconnectWaitMax}).", nameof(opts.ReconnectWaitMin));
        }

        if (OptionTimes.Of(opts.ProbeDelay) >= OptionTimes.Of(opts.ProbeTimeout) && opts.ProbeDelay != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentException($"NatsOpts.ProbeDelay ({opts.ProbeDelay}) must be below ProbeTimeout ({opts.ProbeTimeout}).", nameof(opts.ProbeDelay));
        }
    }

    private static IEnumerable<(string Name, TimeSpan Value, bool TakesZero)> Durations(NatsOpts opts) =>
    [
        (nameof(opts.ConnectTimeout), opts.ConnectTimeout, false),
        (nameof(opts.ConnectHedgeDelay), opts.ConnectHedgeDelay, false),
        (nameof(opts.ReconnectWaitMin), opts.ReconnectWaitMin, true),
        (nameof(opts.ReconnectWaitMax), opts.ReconnectWaitMax, true),
        (nameof(opts.ReconnectBackoffResetAfter), opts.ReconnectBackoffResetAfter, false),
        (nameof(opts.ReconnectTimeLimit), opts.ReconnectTimeLimit ?? Timeout.InfiniteTimeSpan, false),
        (nameof(opts.LameDuckGracePeriod), opts.LameDuckGracePeriod, false),
        (nameof(opts.PingInterval), opts.PingInterval, true),
        (nameof(opts.ProbeDelay), opts.ProbeDelay, false),
        (nameof(opts.ProbeTimeout), opts.ProbeTimeout, false),
        (nameof(opts.FrameTimeout), opts.FrameTimeout, false),
        (nameof(opts.WriteTimeout), opts.WriteTimeout, false),
        (nameof(opts.CommandTimeout), opts.CommandTimeout, false),
        (nameof(opts.RequestTimeout), opts.RequestTimeout, false),
        (nameof(opts.DrainTimeout), opts.DrainTimeout, false),
        (nameof(opts.DrainPingTimeout), opts.DrainPingTimeout, false),
        (nameof(opts.ConsumerDrainOnDisposeTimeout), opts.ConsumerDrainOnDisposeTimeout ?? Timeout.InfiniteTimeSpan, false),
        (nameof(opts.EventDrainTimeout), opts.EventDrainTimeout, false),
        (nameof(opts.HandlerStallThreshold), opts.HandlerStallThreshold, false),
    ];
}
