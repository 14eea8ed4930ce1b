using System.Globalization;
using System.Text;
using Earshot.Server.Clients;

namespace Earshot.Simulation.Checks;

/// <summary>Compares what a client is subscribed to with what its server has, when nothing is in flight.</summary>
internal static class SubscriptionsCheck
{
    public static void Run(string client, IEnumerable<string> expected, ClientConnection? served, Findings findings)
    {
        if (served is null)
        {
            findings.Report("subscriptions-equal", $"{client}: its server does not know the client");
            return;
        }

        string[] wanted = [.. expected.Order(StringComparer.Ordinal)];
        string[] found = [.. served.Subscriptions.Where(subscription => !subscription.Subject.AsSpan().StartsWith("_INBOX"u8)).Select(Describe).Order(StringComparer.Ordinal)];
        if (!wanted.SequenceEqual(found))
        {
            findings.Report("subscriptions-equal", $"{client}: subscribed to [{string.Join(", ", wanted)}], the server has [{string.Join(", ", found)}]");
        }
    }

    /// <summary>The subject, the queue group, and how many messages are left to a subscription with a maximum.</summary>
    public static string Describe(string subject, string? queueGroup, long? left) =>
        string.Create(CultureInfo.InvariantCulture, $"{subject}{(queueGroup is null ? "" : " " + queueGroup)}{(left is null ? "" : $" for {left} more")}");

    private static string Describe(Subscription subscription) => Describe(
        Encoding.UTF8.GetString(subscription.Subject),
        subscription.Queue is { } queue ? Encoding.UTF8.GetString(queue) : null,
        subscription.Max > 0 ? subscription.Max - subscription.Delivered : null);
}
