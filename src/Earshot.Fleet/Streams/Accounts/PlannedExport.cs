namespace Earshot.Fleet.Streams;

/// <summary>What an account offers to others: messages, or with <see cref="IsService"/> a subject to which they may send requests.</summary>
/// <param name="Subject">The subject, which may have wildcards.</param>
/// <param name="IsService">Whether it takes requests.</param>
internal sealed record PlannedExport(string Subject, bool IsService)
{
    /// <summary>The one account that may import it. Null: all may.</summary>
    public string? Only { get; init; }

    /// <summary>Which token of the subject, counted from 1, the server sets to the account that sends the request; 0: none.</summary>
    public int AccountToken { get; init; }

    /// <summary>Whether one request has many answers.</summary>
    public bool HasManyAnswers { get; init; }

    /// <summary>What a reader of the configuration should know of it.</summary>
    public string? Note { get; init; }
}
