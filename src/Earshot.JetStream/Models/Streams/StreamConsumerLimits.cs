using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Defaults and limits of the consumers of a stream (since 2.10).</summary>
public record StreamConsumerLimits
{
    /// <summary>The maximum and default of <see cref="ConsumerConfig.InactiveThreshold"/>; zero: no limit.</summary>
    public TimeSpan InactiveThreshold { get; set; }

    /// <summary>The maximum and default of <see cref="ConsumerConfig.MaxAckPending"/>; 0: no limit.</summary>
    public int MaxAckPending { get; set; }

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
