namespace Earshot.JetStream.Models;

/// <summary>The body of a request that pauses a consumer.</summary>
internal record ConsumerPauseRequest
{
    /// <summary>The time until which the consumer is paused. Null: it is resumed.</summary>
    public DateTimeOffset? PauseUntil { get; set; }
}
