using System.Text.Json;
using Earshot.RealServer;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>A connection as the list of its server has it.</summary>
internal sealed record OpenConnection(string Server, string ServerId, ulong ClientId, string Name, string Host)
{
    public (string, ulong) Key => (ServerId, ClientId);

    /// <summary>Reads the list of a server, by its monitoring port and not by the way that the fleet uses.</summary>
    /// <param name="http">Reads it.</param>
    /// <param name="server">The server.</param>
    /// <param name="closedOf">The account whose closed connections are read; null: the open ones of all accounts.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public static async Task<IReadOnlyList<OpenConnection>> ReadAsync(HttpClient http, NatsServerProcess server, string? closedOf, CancellationToken cancellationToken)
    {
        string question = closedOf is null ? "connz?limit=4096" : "connz?limit=4096&state=closed&auth=1";
        using var list = JsonDocument.Parse(await http.GetStringAsync(new Uri(server.MonitoringUrl, question), cancellationToken));
        string id = list.RootElement.GetProperty("server_id").GetString()!;
        return
        [
            .. list.RootElement.GetProperty("connections").EnumerateArray().Where(row => row.GetProperty("kind").GetString() == "Client" && (closedOf is null || (row.TryGetProperty("account", out JsonElement account) && account.GetString() == closedOf)))
                .Select(row => new OpenConnection(server.Name!, id, row.GetProperty("cid").GetUInt64(), row.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "", row.GetProperty("ip").GetString()!)),
        ];
    }
}
