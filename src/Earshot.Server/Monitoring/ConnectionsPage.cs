using System.Text.Json;
using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>/connz: the connected clients, and the disconnected ones with their reasons.</summary>
internal static class ConnectionsPage
{
    private enum Detail
    {
        None,
        Subjects,
        Subscriptions,
    }

    /// <summary>
    /// state=open (default), closed, any or all; auth=1 for users and accounts; subs=1 for subjects, subs=detail for
    /// subscriptions; cid=, limit=, offset=, sort=.
    /// </summary>
    /// <exception cref="BadMonitoringQueryException">A parameter is wrong.</exception>
    public static byte[] Of(ServerState state, MonitoringQuery query)
    {
        query.Refuse("acc", "user", "filter_subject", "mqtt_client");
        string shown = query.Text("state").ToLowerInvariant();
        if (shown is not ("" or "open" or "closed" or "any" or "all"))
        {
            throw new BadMonitoringQueryException($"Error decoding state for {query.Text("state")}");
        }

        // The closed ones are read last: a client that disconnects meanwhile is in both lists and never in none.
        List<ConnectionEntry> all = shown == "closed" ? [] : state.Clients.Open.Select(client => ConnectionEntry.Of(client, state)).ToList();
        all.AddRange(shown is "" or "open" ? [] : state.Clients.Closed.Select(closed => ConnectionEntry.Of(closed, state)));
        var entries = all.GroupBy(static entry => entry.Client.Id).Select(static same => same.Last()).ToList();
        int cid = query.Number("cid", "uint64");
        IEnumerable<ConnectionEntry> wanted = ConnectionEntry.Sort(entries, query.Text("sort"), onlyClosed: shown == "closed");
        ConnectionEntry[] page = cid > 0
            ? [.. wanted.Where(entry => entry.Client.Id == cid)]
            : [.. wanted.Skip(query.Offset).Take(query.Limit)];
        Detail detail = query.Text("subs") == "detail" ? Detail.Subscriptions : query.Flag("subs") ? Detail.Subjects : Detail.None;
        bool withUsers = query.Flag("auth");
        return MonitoringJson.Write(json =>
        {
            json.WriteString("server_id", state.Id);
            json.WriteTime("now", state.Clock.GetUtcNow());
            json.WriteNumber("num_connections", page.Length);
            json.WriteNumber("total", entries.Count);
            json.WriteNumber("offset", query.Offset);
            json.WriteNumber("limit", cid > 0 ? 1 : query.Limit);
            json.WriteStartArray("connections");
            foreach (ConnectionEntry entry in page)
            {
                json.WriteStartObject();
                WriteConnection(json, entry);
                WriteUser(json, entry.Client, withUsers);
                WriteSubscriptions(json, entry, detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void WriteConnection(Utf8JsonWriter json, ConnectionEntry entry)
    {
        ClientConnection client = entry.Client;
        json.WriteNumber("cid", client.Id);
        json.WriteString("kind", "Client");
        json.WriteString("type", client.IsWebSocket ? "websocket" : "nats");
        json.WriteString("ip", client.Address);
        json.WriteNumber("port", client.Port);
        json.WriteTime("start", client.StartedAt);
        json.WriteTime("last_activity", entry.LastActivity);
        if (entry.StoppedAt is { } time)
        {
            json.WriteTime("stop", time);
            json.WriteString("reason", ClosedReasonText.Of(client.ClosedReason));
        }

        if (client.KeepAlive.RoundTrip is { } roundTrip)
        {
            json.WriteString("rtt", MonitoringJson.Duration(roundTrip));
        }

        json.WriteString("uptime", MonitoringJson.Uptime(entry.Uptime));
        json.WriteString("idle", MonitoringJson.Uptime(entry.Idle));
        json.WriteNumber("pending_bytes", client.Outbox.Pending);
        json.WriteNumber("in_msgs", client.In.Messages);
        json.WriteNumber("out_msgs", client.Out.Messages);
        json.WriteNumber("in_bytes", client.In.Bytes);
        json.WriteNumber("out_bytes", client.Out.Bytes);
        json.WriteNumber("subscriptions", entry.Subscriptions.Count);
        json.WriteUnlessEmpty("name", client.Request.Name);
        json.WriteUnlessEmpty("lang", client.Request.Lang);
        json.WriteUnlessEmpty("version", client.Request.Version);
    }

    private static void WriteUser(Utf8JsonWriter json, ClientConnection client, bool withUsers)
    {
        if (withUsers)
        {
            json.WriteUnlessEmpty("authorized_user", client.User.Length > 0 ? client.User : client.Request.User);
            json.WriteUnlessEmpty("account", client.Account is { IsGlobal: false } account ? account.Name : null);
        }
    }

    private static void WriteSubscriptions(Utf8JsonWriter json, ConnectionEntry entry, Detail detail)
    {
        if (detail == Detail.None || entry.Subscriptions.Count == 0)
        {
            return;
        }

        json.WriteStartArray(detail == Detail.Subjects ? "subscriptions_list" : "subscriptions_list_detail");
        foreach (Subscription subscription in entry.Subscriptions)
        {
            if (detail == Detail.Subjects)
            {
                json.WriteStringValue(subscription.Subject);
            }
            else
            {
                // An open connection already has the account.
                SubscriptionsPage.WriteSubscription(json, entry.Client, subscription, withAccount: entry.StoppedAt is not null);
            }
        }

        json.WriteEndArray();
    }
}
