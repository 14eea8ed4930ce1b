using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Response to pausing or resuming a consumer.</summary>
public record ConsumerPauseResponse
{
    /// <summary>Whether the consumer is paused.</summary>
    [JsonPropertyName("paused")]
    public bool IsPaused { get; set; }

    /// <summary>The time until which the consumer is paused.</summary>
    public DateTimeOffset PauseUntil { get; set; }

    /// <summary>The remaining time of the pause; null when the consumer is not paused.</summary>
    public TimeSpan? PauseRemaining { get; set; }
}
