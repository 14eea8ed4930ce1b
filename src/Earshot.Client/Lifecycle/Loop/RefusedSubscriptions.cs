using System.Globalization;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>Which subscriptions an -ERR is about: the sid where the server gives it, else subject and queue group.</summary>
internal static class RefusedSubscriptions
{
    public static IEnumerable<INatsSub> Find(SubscriptionTable table, NatsServerError error)
    {
        if (error.Operation is not NatsPermissionOperation.Subscribe && error.Scope != NatsServerErrorScope.Subscription)
        {
            return [];
        }

        if (error.Sid is { } sid && long.TryParse(sid, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return table.Find(number) is Subscription subscription ? [subscription] : [];
        }

        if (error.Subject is null)
        {
            return [];
        }

        return table.Snapshot().OfType<Subscription>().Where(subscription => Names(error, subscription));
    }

    /// <summary>Whether an -ERR about a subscription is about this one.</summary>
    public static bool Names(NatsServerError error, InboundTarget target)
    {
        if (error.Operation is not NatsPermissionOperation.Subscribe && error.Scope != NatsServerErrorScope.Subscription)
        {
            return false;
        }

        return error.Sid is { } sid
            ? sid == target.SidNumber.ToString(CultureInfo.InvariantCulture)
            : error.Subject == target.Subject && error.QueueGroup == target.QueueGroup;
    }
}
