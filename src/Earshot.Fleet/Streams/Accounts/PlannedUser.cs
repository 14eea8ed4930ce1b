namespace Earshot.Fleet.Streams;

/// <summary>A user and what it may do.</summary>
/// <param name="Name">The name of the user.</param>
/// <param name="Publish">The subjects that it may publish to. Null: all of its account.</param>
/// <param name="Subscribe">The subjects that it may subscribe to. Null: all of its account.</param>
/// <param name="Note">What a reader of the configuration should know of it.</param>
internal sealed record PlannedUser(string Name, IReadOnlyList<string>? Publish, IReadOnlyList<string>? Subscribe, string? Note = null);
