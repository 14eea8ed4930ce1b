using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Defaults and limits of the consumers of a stream (since 2.10).</summary>
public record StreamConsumerLimits
{
    /// <summary>Longest time that a consumer may be unused.</summary>
    public TimeSpan InactiveThreshold { get; set; }

    /// <summary>Most messages without an ack.</summary>
    public int MaxAckPending { get; set; }

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
