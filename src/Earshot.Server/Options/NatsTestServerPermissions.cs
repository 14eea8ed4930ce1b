namespace Earshot;

/// <summary>
/// The subjects that a user may publish and subscribe to. A deny takes precedence over an allow; an empty list of allowed subjects
/// allows all.
/// </summary>
public sealed record NatsTestServerPermissions
{
    /// <summary>Subjects that may be published to; wildcards are patterns.</summary>
    public IReadOnlyList<string> PublishAllow { get; init; } = [];

    /// <summary>Subjects that may not be published to; wildcards are patterns.</summary>
    public IReadOnlyList<string> PublishDeny { get; init; } = [];

    /// <summary>Subjects that may be subscribed to; "subject queue" limits an entry to queue groups of that name.</summary>
    public IReadOnlyList<string> SubscribeAllow { get; init; } = [];

    /// <summary>Subjects that may not be subscribed to, in the form of <see cref="SubscribeAllow"/>.</summary>
    public IReadOnlyList<string> SubscribeDeny { get; init; } = [];

    /// <summary>Number of replies that may be published to the reply subject of a received message; 0 (default): none.</summary>
    public int MaxResponses { get; init; }

    /// <summary>Time for which such replies are allowed; default 2 min.</summary>
    public TimeSpan ResponseExpiry { get; init; } = TimeSpan.FromMinutes(2);
}
