namespace Earshot.JetStream.Batches;

/// <summary>The state of an atomic batch. Changed by <see cref="BatchMachine"/> only.</summary>
internal record struct BatchState()
{
    public BatchPhase Phase { get; set; } = BatchPhase.Open;

    /// <summary>The number of messages that were added.</summary>
    public int Count { get; set; }

    /// <summary>Which sending of the batch this is, from 1. Answers contain it.</summary>
    public int Round { get; set; } = 1;

    /// <summary>The round of the first commit; 0 before it was written.</summary>
    public int FirstCommitRound { get; set; }

    /// <summary>The number of earlier rounds whose commit has no answer: while it is above 0, a rejection does not mean that nothing is stored.</summary>
    public int OpenCommits { get; set; }

    /// <summary>The number of the message whose answer is awaited; 0 when none is.</summary>
    public int Awaited { get; set; }

    /// <summary>The number of temporary rejections of repeated batches.</summary>
    public int Refusals { get; set; }

    /// <summary>Whether every message has a message id, so that the batch may be sent again.</summary>
    public bool HasIds { get; set; }

    /// <summary>The time of the last message; null before the first one.</summary>
    public TimeSpan? LastSent { get; set; }

    /// <summary>The time of the message before the last one, for when the last one could not be written.</summary>
    public TimeSpan? SentBefore { get; set; }

    /// <summary>The time of the first commit; null before it was written.</summary>
    public TimeSpan? FirstCommit { get; set; }

    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>The time at which the machine needs the input <see cref="BatchInputKind.Due"/>; the maximum for never.</summary>
    public TimeSpan Due { get; set; } = TimeSpan.MaxValue;
}
