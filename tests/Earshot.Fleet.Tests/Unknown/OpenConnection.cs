using System.Text.Json;
using Earshot.RealServer;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>A connection as the list of its server has it.</summary>
internal sealed record OpenConnection(string Server, string ServerId, ulong ClientId, string Name, string Host)
{
    public (string, ulong) Key => (ServerId, ClientId);

    /// <summary>Reads the list of a server, by its monitoring port and not by the way that the fleet uses.</summary>
    public static async Task<IReadOnlyList<OpenConnection>> ReadAsync(HttpClient http, NatsServerProcess server, CancellationToken cancellationToken)
    {
        using var list = JsonDocument.Parse(await http.GetStringAsync(new Uri(server.MonitoringUrl, "connz?limit=4096"), cancellationToken));
        string id = list.RootElement.GetProperty("server_id").GetString()!;
        return
        [
            .. list.RootElement.GetProperty("connections").EnumerateArray().Where(row => row.GetProperty("kind").GetString() == "Client")
                .Select(row => new OpenConnection(server.Name!, id, row.GetProperty("cid").GetUInt64(), row.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "", row.GetProperty("ip").GetString()!)),
        ];
    }
}
