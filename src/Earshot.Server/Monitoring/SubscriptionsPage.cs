using System.Text;
using System.Text.Json;
using Earshot.Server.Clients;
using Earshot.Server.Routing;

namespace Earshot.Server.Monitoring;

/// <summary>/subsz: how many subscriptions there are, and with subs=1 which.</summary>
internal static class SubscriptionsPage
{
    /// <summary>subs=1 lists them, limit= and offset= page by page; test= only those that cover this subject.</summary>
    /// <exception cref="BadMonitoringQueryException">A parameter is wrong.</exception>
    public static byte[] Of(ServerState state, MonitoringQuery query)
    {
        query.Refuse("acc");
        byte[] test = Encoding.UTF8.GetBytes(query.Text("test"));
        List<(ClientConnection Client, Subscription Subscription)> all =
        [
            .. from client in query.Flag("subs") ? state.Clients.Open : []
               from subscription in client.Subscriptions
               where test.Length == 0 || SubjectForm.Matches(subscription.Subject, test)
               select (client, subscription),
        ];
        return MonitoringJson.Write(json =>
        {
            json.WriteString("server_id", state.Id);
            json.WriteTime("now", state.Clock.GetUtcNow());
            json.WriteNumber("num_subscriptions", state.Accounts.Sum(static account => account.Subscriptions.Count));
            json.WriteNumber("total", all.Count);
            json.WriteNumber("offset", query.Offset);
            json.WriteNumber("limit", query.Limit);
            if (all.Count > 0)
            {
                json.WriteStartArray("subscriptions_list");
                foreach ((ClientConnection? client, Subscription? subscription) in all.Skip(query.Offset).Take(query.Limit))
                {
                    WriteSubscription(json, client, subscription, withAccount: true);
                }

                json.WriteEndArray();
            }
        });
    }

    public static void WriteSubscription(Utf8JsonWriter json, ClientConnection client, Subscription subscription, bool withAccount)
    {
        json.WriteStartObject();
        json.WriteUnlessEmpty("account", withAccount ? client.Account?.Name : null);
        json.WriteString("subject", subscription.Subject);
        if (subscription.Queue is not null)
        {
            json.WriteString("qgroup", subscription.Queue);
        }

        json.WriteString("sid", subscription.Sid);
        json.WriteNumber("msgs", subscription.Delivered);
        if (subscription.Max > 0)
        {
            json.WriteNumber("max", subscription.Max);
        }

        json.WriteNumber("cid", client.Id);
        json.WriteEndObject();
    }
}
