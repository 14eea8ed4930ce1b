namespace Earshot.JetStream;

/// <summary>State of a priority group.</summary>
public record PriorityGroupState
{
    /// <summary>Name of the group.</summary>
    public string? Group { get; set; }

    /// <summary>Id of the pinned client; null without one.</summary>
    public string? PinnedClientId { get; set; }

    /// <summary>Since when it is pinned.</summary>
    public DateTimeOffset? PinnedTs { get; set; }
}
