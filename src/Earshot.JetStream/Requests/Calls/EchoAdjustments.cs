using System.Text.Json;

namespace Earshot.JetStream.Requests;

/// <summary>What a server may change in a configuration, although it knows the field.</summary>
internal static class EchoAdjustments
{
    private const string ServersMetadata = "metadata._nats.";

    /// <summary>The server's own words: sent back by a client that changes what it has read.</summary>
    public static bool IsServers(string name) => name.StartsWith(ServersMetadata, StringComparison.Ordinal);

    /// <summary>It may be left out of the answer.</summary>
    public static bool MayBeAbsent(string name, JsonElement sent) => name switch
    {
        "first_seq" => sent.TryGetUInt64(out ulong first) && first <= 1,
        "placement.preferred" => true, // it is for the moment, and no part of what is kept
        "retention" or "storage" or "discard" or "compression" or "persist_mode" or "priority_policy" or "replay_policy" or "deliver_policy" => IsDefaultWord(sent),
        "deny_delete" or "deny_purge" or "direct" => false,
        _ => false,
    };

    /// <summary>It may have this value in place of what was sent.</summary>
    public static bool MayBe(string name, JsonElement sent, JsonElement echoed) => name switch
    {
        "ack_wait" => true, // with a list of delays the first of them takes its place
        "max_consumers" or "max_msgs" or "max_msgs_per_subject" or "max_bytes" or "max_msg_size" or "max_deliver" or "max_ack_pending" => IsNoLimit(sent) && IsNoLimit(echoed),
        "max_waiting" or "num_replicas" => sent.ValueKind == JsonValueKind.Number && sent.TryGetInt64(out long asked) && asked <= 0,
        "duplicate_window" => sent.TryGetInt64(out long window) && echoed.TryGetInt64(out long capped) && capped < window, // never above the longest age
        "sample_freq" => sent.GetString()!.TrimEnd('%') == echoed.GetString()?.TrimEnd('%'),
        _ => false,
    };

    private static bool IsNoLimit(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long limit) && limit <= 0;

    private static bool IsDefaultWord(JsonElement sent) => sent.ValueEquals("none"u8) || sent.ValueEquals("default"u8);
}
