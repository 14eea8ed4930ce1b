using System.Text.Json;

namespace Earshot.Testing;

/// <summary>The server's state of a client, read from its monitoring pages. It changes nothing.</summary>
internal static class ServerMonitor
{
    private static readonly HttpClient s_http = new();

    /// <summary>The subscriptions of the clients with this name, as "sid subject queue", sorted; reply inboxes are left out.</summary>
    public static async Task<IReadOnlyList<string>> SubscriptionsAsync(ITestServer server, string client, CancellationToken cancellationToken)
    {
        using JsonDocument page = await AskAsync(server, "connz?subs=detail", cancellationToken).ConfigureAwait(false);
        return [.. Connections(page)
            .Where(connection => Text(connection, "name") == client && connection.TryGetProperty("subscriptions_list_detail", out _))
            .SelectMany(connection => connection.GetProperty("subscriptions_list_detail").EnumerateArray())
            .Where(subscription => Text(subscription, "subject")?.StartsWith("_INBOX.", StringComparison.Ordinal) == false)
            .Select(subscription => $"{Text(subscription, "sid")} {Text(subscription, "subject")} {Text(subscription, "qgroup")}".TrimEnd())
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>How many connections of clients the server has.</summary>
    public static async Task<int> ConnectionsAsync(ITestServer server, CancellationToken cancellationToken)
    {
        using JsonDocument page = await AskAsync(server, "connz", cancellationToken).ConfigureAwait(false);
        return Connections(page).Length;
    }

    /// <summary>What the client believes to have subscribed, from its journal, in the same form.</summary>
    public static IReadOnlyList<string> SubscriptionsOf(JournalRecorder journal)
    {
        HashSet<string> removed = [.. journal.All<NatsSubscriptionRemovedEvent>().Select(e => e.Sid)];
        return [.. journal.All<NatsSubscriptionCreatedEvent>()
            .Where(e => !removed.Contains(e.Sid) && !e.Subject.StartsWith("_INBOX.", StringComparison.Ordinal))
            .Select(e => $"{e.Sid} {e.Subject} {e.Queue}".TrimEnd())
            .Order(StringComparer.Ordinal)];
    }

    private static JsonElement[] Connections(JsonDocument page) =>
        page.RootElement.TryGetProperty("connections", out JsonElement connections) ? [.. connections.EnumerateArray()] : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static async Task<JsonDocument> AskAsync(ITestServer server, string page, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await s_http.GetStringAsync(new Uri(server.MonitoringUrl, page), cancellationToken).ConfigureAwait(false));
}
