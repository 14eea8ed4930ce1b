using System.Text;
using System.Text.Json;
using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>/connz: who is connected, and who was and why no longer.</summary>
internal static class ConnectionsPage
{
    /// <summary>?state=open (default), closed or all, ?subs=1 for the subjects, ?subs=detail for the subscriptions.</summary>
    public static byte[] Of(ServerState state, string query) => MonitoringJson.Write(json =>
    {
        var wanted = query.Contains("state=closed", StringComparison.Ordinal) ? "closed" : query.Contains("state=all", StringComparison.Ordinal) ? "all" : "open";
        var subscriptions = query.Contains("subs=1", StringComparison.Ordinal) || query.Contains("subs=true", StringComparison.Ordinal);
        IEnumerable<(ClientConnection Client, DateTimeOffset? Stopped)> clients =
        [
            .. wanted == "closed" ? [] : state.Clients.Open.Select(client => (client, (DateTimeOffset?)null)),
            .. wanted == "open" ? [] : state.Clients.Closed.Select(closed => (closed.Client, (DateTimeOffset?)closed.StoppedAt)),
        ];
        json.WriteString("server_id", state.Id);
        json.WriteString("now", state.Clock.GetUtcNow());
        json.WriteNumber("num_connections", clients.Count());
        json.WriteNumber("total", clients.Count());
        json.WriteStartArray("connections");
        foreach (var (client, stopped) in clients)
        {
            WriteConnection(json, client, stopped, subscriptions, query.Contains("subs=detail", StringComparison.Ordinal));
        }

        json.WriteEndArray();
    });

    private static void WriteConnection(Utf8JsonWriter json, ClientConnection client, DateTimeOffset? stopped, bool subscriptions, bool detail)
    {
        json.WriteStartObject();
        json.WriteNumber("cid", client.Id);
        json.WriteString("kind", "Client");
        json.WriteString("type", "nats");
        json.WriteString("ip", client.Address);
        json.WriteNumber("port", client.Port);
        json.WriteString("start", client.StartedAt);
        if (stopped is { } time)
        {
            json.WriteString("stop", time);
            json.WriteString("reason", ClosedReasonText.Of(client.ClosedReason));
        }

        if (client.KeepAlive.RoundTrip is { } roundTrip)
        {
            json.WriteString("rtt", MonitoringJson.Duration(roundTrip));
        }

        json.WriteNumber("pending_bytes", client.Outbox.Pending);
        json.WriteNumber("in_msgs", client.In.Messages);
        json.WriteNumber("out_msgs", client.Out.Messages);
        json.WriteNumber("in_bytes", client.In.Bytes);
        json.WriteNumber("out_bytes", client.Out.Bytes);
        json.WriteNumber("subscriptions", client.Subscriptions.Count);
        json.WriteString("name", client.Request.Name);
        json.WriteString("lang", client.Request.Lang);
        json.WriteString("version", client.Request.Version);
        json.WriteString("authorized_user", client.User);
        json.WriteString("account", client.Account?.Name);
        if (detail)
        {
            json.WriteStartArray("subscriptions_list_detail");
            foreach (var subscription in client.Subscriptions)
            {
                SubscriptionsPage.WriteSubscription(json, client, subscription);
            }

            json.WriteEndArray();
        }
        else if (subscriptions)
        {
            json.WriteStartArray("subscriptions_list");
            foreach (var subscription in client.Subscriptions)
            {
                json.WriteStringValue(Encoding.UTF8.GetString(subscription.Subject));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
