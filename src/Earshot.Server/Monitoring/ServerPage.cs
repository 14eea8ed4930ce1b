using System.Runtime.InteropServices;
using System.Text.Json;
using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>/varz: what the server is and what it has counted. Memory and processor time are the process's, so they are left out.</summary>
internal static class ServerPage
{
    public static byte[] Of(ServerState state, int monitoringPort) => MonitoringJson.Write(json =>
    {
        WriteOptions(json, state, monitoringPort);
        WriteCounts(json, state);
    });

    private static void WriteOptions(Utf8JsonWriter json, ServerState state, int monitoringPort)
    {
        NatsTestServerOptions options = state.Options;
        json.WriteString("server_id", state.Id);
        json.WriteString("server_name", state.Name);
        json.WriteString("version", options.Version);
        json.WriteNumber("proto", 1);
        json.WriteString("go", RuntimeInformation.FrameworkDescription);
        json.WriteString("host", "127.0.0.1");
        json.WriteNumber("port", state.Port);
        if (state.Authenticator.IsRequired)
        {
            json.WriteBoolean("auth_required", true);
        }

        if (options.Tls is { } tls)
        {
            json.WriteBoolean("tls_required", true);
            json.WriteBoolean("tls_verify", tls.ClientCertificateRequired);
        }

        json.WriteNumber("max_connections", options.MaxConnections);
        if (options.MaxSubscriptions > 0)
        {
            json.WriteNumber("max_subscriptions", options.MaxSubscriptions);
        }

        json.WriteNumber("ping_interval", Nanoseconds(options.PingInterval));
        json.WriteNumber("ping_max", options.MaxPingsOut);
        json.WriteString("http_host", "127.0.0.1");
        json.WriteNumber("http_port", monitoringPort);
        json.WriteNumber("auth_timeout", options.AuthorizationTimeout.TotalSeconds);
        json.WriteNumber("max_control_line", options.MaxControlLine);
        json.WriteNumber("max_payload", state.MaxPayload);
        json.WriteNumber("max_pending", options.MaxPending);
        json.WriteNumber("write_deadline", Nanoseconds(options.WriteDeadline));
    }

    private static void WriteCounts(Utf8JsonWriter json, ServerState state)
    {
        (DateTimeOffset now, ServerStatistics? counted) = (state.Clock.GetUtcNow(), state.Statistics);
        json.WriteTime("start", state.StartedAt);
        json.WriteTime("now", now);
        json.WriteString("uptime", MonitoringJson.Uptime(now - state.StartedAt));
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteNumber("connections", state.Clients.Count);
        json.WriteNumber("total_connections", counted.TotalConnections);
        json.WriteNumber("routes", 0);
        json.WriteNumber("remotes", 0);
        json.WriteNumber("leafnodes", 0);
        json.WriteNumber("in_msgs", counted.InMessages);
        json.WriteNumber("in_bytes", counted.InBytes);
        json.WriteNumber("out_msgs", counted.OutMessages);
        json.WriteNumber("out_bytes", counted.OutBytes);
        json.WriteNumber("slow_consumers", counted.SlowConsumers);
        json.WriteNumber("stale_connections", counted.StaleConnections);
        json.WriteNumber("subscriptions", state.Accounts.Sum(account => account.Subscriptions.Count));
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
