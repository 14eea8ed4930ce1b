using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>The bodies of the monitoring pages, with the field names of nats-server. Only fields that mean something here.</summary>
internal static class MonitoringJson
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Server(ServerState state) => Write(json =>
    {
        var options = state.Options;
        json.WriteString("server_id", state.Id);
        json.WriteString("server_name", state.Name);
        json.WriteString("version", options.Version);
        json.WriteNumber("proto", 1);
        json.WriteString("host", "127.0.0.1");
        json.WriteNumber("port", state.Port);
        json.WriteNumber("max_connections", options.MaxConnections);
        json.WriteNumber("max_payload", state.MaxPayload);
        json.WriteNumber("max_control_line", options.MaxControlLine);
        json.WriteNumber("max_pending", options.MaxPending);
        json.WriteNumber("ping_interval", options.PingInterval.Ticks * 100);
        json.WriteNumber("ping_max", options.MaxPingsOut);
        json.WriteString("start", state.StartedAt);
        json.WriteString("now", state.Clock.GetUtcNow());
        json.WriteString("uptime", Duration(state.Clock.GetUtcNow() - state.StartedAt));
        json.WriteNumber("connections", state.Clients.Count);
        json.WriteNumber("total_connections", state.Statistics.TotalConnections);
        json.WriteNumber("in_msgs", state.Statistics.InMessages);
        json.WriteNumber("out_msgs", state.Statistics.OutMessages);
        json.WriteNumber("in_bytes", state.Statistics.InBytes);
        json.WriteNumber("out_bytes", state.Statistics.OutBytes);
        json.WriteNumber("slow_consumers", state.Statistics.SlowConsumers);
        json.WriteNumber("subscriptions", state.Accounts.Sum(account => account.Subscriptions.Count));
    });

    /// <summary>?state=open (default), closed or all, and ?subs=1 for the subjects.</summary>
    public static byte[] Connections(ServerState state, string query) => Write(json =>
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
            WriteConnection(json, client, stopped, subscriptions);
        }

        json.WriteEndArray();
    });

    public static byte[] Subscriptions(ServerState state) => Write(json =>
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

        json.WriteEndArray();
    });

    private static void WriteConnection(Utf8JsonWriter json, ClientConnection client, DateTimeOffset? stopped, bool subscriptions)
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
            json.WriteString("rtt", Duration(roundTrip));
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
        if (subscriptions)
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

    private static string Duration(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.######}s");

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, s_indented))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
