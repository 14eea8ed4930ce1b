namespace Earshot.JetStream.Batches;

/// <summary>An input of the batch machine, with its time.</summary>
/// <param name="Kind">The kind of the input.</param>
/// <param name="Now">The time of the input.</param>
internal readonly record struct BatchInput(BatchInputKind Kind, TimeSpan Now)
{
    /// <summary>Which sending of the batch an answer is for.</summary>
    public int Round { get; init; }

    /// <summary>The number of the message in the batch that an answer is for.</summary>
    public int Sequence { get; init; }

    /// <summary>The error of the server; null when there is none.</summary>
    public ApiError? Error { get; init; }

    /// <summary>The time limit of a commit, from the start of the engine's clock.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>Whether every message of a committed batch has a message id.</summary>
    public bool HasIds { get; init; }

    /// <summary>A random number from 0 to 1, for the jitter of delays.</summary>
    public double Random { get; init; } = 0.5;
}
