using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Answer to pausing a consumer.</summary>
public record ConsumerPauseResponse
{
    /// <summary>It delivers nothing for a while.</summary>
    [JsonPropertyName("paused")]
    public bool IsPaused { get; set; }

    /// <summary>Until when.</summary>
    public DateTimeOffset PauseUntil { get; set; }

    /// <summary>For how long.</summary>
    public TimeSpan? PauseRemaining { get; set; }
}
