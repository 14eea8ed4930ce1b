using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>/varz: what the server is and what it has counted.</summary>
internal static class ServerPage
{
    public static byte[] Of(ServerState state) => MonitoringJson.Write(json =>
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
        json.WriteString("uptime", MonitoringJson.Duration(state.Clock.GetUtcNow() - state.StartedAt));
        json.WriteNumber("connections", state.Clients.Count);
        json.WriteNumber("total_connections", state.Statistics.TotalConnections);
        json.WriteNumber("in_msgs", state.Statistics.InMessages);
        json.WriteNumber("out_msgs", state.Statistics.OutMessages);
        json.WriteNumber("in_bytes", state.Statistics.InBytes);
        json.WriteNumber("out_bytes", state.Statistics.OutBytes);
        json.WriteNumber("slow_consumers", state.Statistics.SlowConsumers);
        json.WriteNumber("subscriptions", state.Accounts.Sum(account => account.Subscriptions.Count));
    });
}
