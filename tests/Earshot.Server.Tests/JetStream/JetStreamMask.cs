using System.Text.Json;
using System.Text.Json.Nodes;

namespace Earshot.Server.Tests.JetStream;

/// <summary>Replaces what differs between two servers, times and ids, in what they sent.</summary>
internal static class JetStreamMask
{
    private static readonly string[] s_masked =
    [
        "created", "ts", "first_ts", "last_ts", "time", "last_active", "pause_until", "pause_remaining", "cluster", "_nats.ver", "_nats.level", "total_errors",
        "api", "limits", "memory", "storage", "reserved_memory", "reserved_storage", "timestamp", "id", "pinned_id",
        "pinned_client_id", "account",
    ];

    internal static string Reply(string reply)
    {
        string[] tokens = reply.Split('.');
        if (tokens is ["$JS", "ACK", ..] && tokens.Length == 9)
        {
            tokens[7] = "TIME";
        }
        else if (tokens is ["$JS", "FC", _, _, _])
        {
            tokens[4] = "TOKEN";
        }

        return string.Join('.', tokens);
    }

    internal static string Headers(string block) => string.Join("|", block.Split("\r\n").Where(line => line.Length > 0).Select(Header)) + " ";

    private static string Header(string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? line : line[..colon] switch
        {
            "Nats-Time-Stamp" => "Nats-Time-Stamp: TIME",
            "Nats-Schedule-Next" when line[colon + 2] == '2' => $"Nats-Schedule-Next: TIME{line["Nats-Schedule-Next: 2026-11-28T18:00:00".Length..]}",
            "Nats-Pin-Id" when line.Length > colon + 2 => "Nats-Pin-Id: PIN",
            "Nats-Subject" or "Nats-Consumer-Stalled" => $"{line[..colon]}: {Reply(line[(colon + 2)..])}",
            _ => line,
        };
    }

    internal static string Payload(string payload)
    {
        if (!payload.StartsWith('{'))
        {
            return payload.Length > 1000 ? $"{payload.Length} bytes" : payload;
        }

        try
        {
            return Mask(JsonNode.Parse(payload))!.ToJsonString();
        }
        catch (JsonException)
        {
            return payload;
        }
    }

    // No pin has the time that means none, which is compared.
    private static bool IsTime(KeyValuePair<string, JsonNode?> field) => field.Key == "pinned_ts" && field.Value?.ToString() != "0001-01-01T00:00:00Z";

    private static JsonNode? Mask(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, s_masked.Contains(field.Key) || IsTime(field) ? "MASKED" : Mask(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Mask)]),
        _ => node?.DeepClone(),
    };
}
