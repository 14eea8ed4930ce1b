using System.Text.Json;
using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>/subsz: every subscription of every client.</summary>
internal static class SubscriptionsPage
{
    public static byte[] Of(ServerState state) => MonitoringJson.Write(json =>
    {
        var accounts = state.Accounts.ToList();
        json.WriteString("server_id", state.Id);
        json.WriteString("now", state.Clock.GetUtcNow());
        json.WriteNumber("num_subscriptions", accounts.Sum(account => account.Subscriptions.Count));
        json.WriteStartArray("subscriptions_list");
        foreach (var client in state.Clients.Open)
        {
            foreach (var subscription in client.Subscriptions)
            {
                WriteSubscription(json, client, subscription);
            }
        }

        json.WriteEndArray();
    });

    public static void WriteSubscription(Utf8JsonWriter json, ClientConnection client, Subscription subscription)
    {
        json.WriteStartObject();
        json.WriteString("account", client.Account?.Name);
        json.WriteString("subject", subscription.Subject);
        if (subscription.Queue is not null)
        {
            json.WriteString("qgroup", subscription.Queue);
        }

        json.WriteString("sid", subscription.Sid);
        json.WriteNumber("msgs", subscription.Delivered);
        json.WriteNumber("cid", client.Id);
        json.WriteEndObject();
    }
}
