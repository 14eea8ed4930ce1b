using System.Text.Json;

namespace Earshot.JetStream.Requests;

/// <summary>The changes that a server may make to a configuration although it supports the field.</summary>
internal static class EchoAdjustments
{
    private const string ServersMetadata = "metadata._nats.";

    /// <summary>Whether the field is set by the server. A client that updates a configuration it has read sends such fields back.</summary>
    public static bool IsServers(string name) => name.StartsWith(ServersMetadata, StringComparison.Ordinal);

    /// <summary>Whether the field may be missing in the response.</summary>
    public static bool MayBeAbsent(string name, JsonElement sent) => name switch
    {
        "first_seq" => sent.TryGetUInt64(out ulong first) && first <= 1,
        "placement.preferred" => true, // applies to the call only and is not stored
        "retention" or "storage" or "discard" or "compression" or "persist_mode" or "priority_policy" or "replay_policy" or "deliver_policy" => IsDefaultWord(sent),
        "deny_delete" or "deny_purge" or "direct" => false,
        _ => false,
    };

    /// <summary>Whether the response may have this value instead of the value that was sent.</summary>
    public static bool MayBe(string name, JsonElement sent, JsonElement echoed) => name switch
    {
        "ack_wait" => true, // replaced by the first delay when there is a list of delays
        "max_consumers" or "max_msgs" or "max_msgs_per_subject" or "max_bytes" or "max_msg_size" or "max_deliver" or "max_ack_pending" => IsNoLimit(sent) && IsNoLimit(echoed),
        "max_waiting" or "num_replicas" => sent.ValueKind == JsonValueKind.Number && sent.TryGetInt64(out long asked) && asked <= 0,
        "duplicate_window" => sent.TryGetInt64(out long window) && echoed.TryGetInt64(out long capped) && capped < window, // limited by the maximum age
        "sample_freq" => sent.GetString()!.TrimEnd('%') == echoed.GetString()?.TrimEnd('%'),
        _ => false,
    };

    private static bool IsNoLimit(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long limit) && limit <= 0;

    private static bool IsDefaultWord(JsonElement sent) => sent.ValueEquals("none"u8) || sent.ValueEquals("default"u8);
}
