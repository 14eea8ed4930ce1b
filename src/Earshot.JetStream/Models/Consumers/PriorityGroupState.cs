namespace Earshot.JetStream;

/// <summary>State of a priority group of a consumer.</summary>
public record PriorityGroupState
{
    /// <summary>The name of the group.</summary>
    public string? Group { get; set; }

    /// <summary>The id of the pinned client; null when no client is pinned.</summary>
    public string? PinnedClientId { get; set; }

    /// <summary>The time at which the client was pinned; null when no client is pinned.</summary>
    public DateTimeOffset? PinnedTs { get; set; }
}
