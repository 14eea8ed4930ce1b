namespace Earshot.JetStream.Models;

/// <summary>The body of a request to pause a consumer.</summary>
internal record ConsumerPauseRequest
{
    /// <summary>Null: continue.</summary>
    public DateTimeOffset? PauseUntil { get; set; }
}
