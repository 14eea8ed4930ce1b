namespace Earshot;

/// <summary>An error (-ERR) of a server, with its code. Immutable.</summary>
public sealed record NatsServerError
{
    /// <summary>The code of the error.</summary>
    public required NatsServerErrorCode Code { get; init; }

    /// <summary>The text as the server sent it. Not safe for a terminal: subjects in it are chosen by clients.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the server closes the connection after it.</summary>
    public bool ServerCloses { get; init; }

    /// <summary>Whether trying again without any change of settings can succeed.</summary>
    public bool Retryable { get; init; }

    /// <summary>The scope that the error concerns.</summary>
    public NatsServerErrorScope Scope { get; init; }

    /// <summary>What was not permitted; null unless <see cref="Code"/> is a permissions violation.</summary>
    public NatsPermissionOperation? Operation { get; init; }

    /// <summary>The subject that was rejected; null where the text names none.</summary>
    public string? Subject { get; init; }

    /// <summary>The queue group of the rejected subscription; null where the text names none.</summary>
    public string? QueueGroup { get; init; }

    /// <summary>The id of the subscription that lost its permission; null where the text names none.</summary>
    public string? Sid { get; init; }

    /// <summary>Returns the code and the text.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Code}: {Text}";
}
