using System.Threading.Channels;
using Earshot.Subscriptions;

namespace Earshot.Connections;

/// <summary>Checks the options of one subscription and fills in those of the connection.</summary>
internal static class SubscribeOptions
{
    /// <summary>The limits of one subscription; throws when one of its options is invalid.</summary>
    public static SubscriptionLimits Limits(NatsOpts opts, NatsSubOpts? sub)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sub?.MaxMsgs ?? 1, nameof(sub));
        if (sub?.PermissionViolationPolicy is { } refusals && !Enum.IsDefined(refusals))
        {
            throw new ArgumentOutOfRangeException(nameof(sub), refusals, "NatsSubOpts.PermissionViolationPolicy is not one of its values.");
        }

        ThrowIfNotDuration(nameof(NatsSubOpts.Timeout), sub?.Timeout);
        ThrowIfNotDuration(nameof(NatsSubOpts.StartUpTimeout), sub?.StartUpTimeout);
        ThrowIfNotDuration(nameof(NatsSubOpts.IdleTimeout), sub?.IdleTimeout);
        int messages = sub?.PendingMessagesLimit ?? sub?.ChannelOpts?.Capacity ?? opts.SubPendingChannelCapacity;
        long bytes = sub?.PendingBytesLimit ?? opts.SubPendingBytesLimit;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messages, nameof(sub));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes, nameof(sub));
        ThrowIfNotDefined(nameof(NatsSubOpts.SlowConsumerPolicy), sub?.SlowConsumerPolicy);
        ThrowIfNotDefined(nameof(NatsSubOpts.ChannelOpts), sub?.ChannelOpts?.FullMode);
        NatsSlowConsumerPolicy policy = sub?.SlowConsumerPolicy ?? (sub?.ChannelOpts?.FullMode ?? opts.SubPendingChannelFullMode) switch
        {
            BoundedChannelFullMode.Wait => NatsSlowConsumerPolicy.Wait,
            BoundedChannelFullMode.DropOldest => NatsSlowConsumerPolicy.DropOldest,
            _ => NatsSlowConsumerPolicy.DropNewest,
        };
        return new SubscriptionLimits(messages, bytes, policy);
    }

    private static void ThrowIfNotDefined<T>(string name, T? value)
        where T : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
        {
            throw new ArgumentOutOfRangeException(name, value, $"NatsSubOpts.{name} is not a defined value of {typeof(T).Name}.");
        }
    }

    private static void ThrowIfNotDuration(string name, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, $"NatsSubOpts.{name} must be above zero, or Timeout.InfiniteTimeSpan.");
        }
    }
}
