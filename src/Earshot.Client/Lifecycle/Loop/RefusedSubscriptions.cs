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

        if (error.Subject is not { } subject)
        {
            return [];
        }

        return table.Snapshot().OfType<Subscription>().Where(s => s.Subject == subject && s.QueueGroup == error.QueueGroup);
    }
}
