namespace Earshot.JetStream.Batches;

/// <summary>The state of a fast batch. Changed by <see cref="FastBatchMachine"/> only. Numbers are those of the present round, except <see cref="Base"/>.</summary>
internal record struct FastState()
{
    public FastPhase Phase { get; set; }

    /// <summary>The number of messages that earlier rounds have completed.</summary>
    public long Base { get; set; }

    /// <summary>The number of messages that were added, sent or not.</summary>
    public long Added { get; set; }

    /// <summary>The number of messages that were written.</summary>
    public long Sent { get; set; }

    /// <summary>The number of messages that the server has acknowledged.</summary>
    public long Acked { get; set; }

    /// <summary>The number of messages that are not stored although the batch continues, in all rounds.</summary>
    public long Lost { get; set; }

    /// <summary>The number of messages that are certainly stored when the batch ended early.</summary>
    public long Stored { get; set; }

    /// <summary>The highest number, with <see cref="Base"/>, of a message that was sent in an earlier round.</summary>
    public long UnknownUpTo { get; set; }

    /// <summary>The number of messages per ack, as the server says.</summary>
    public int Flow { get; set; } = 1;

    /// <summary>Which sending this is, from 1.</summary>
    public int Round { get; set; } = 1;

    /// <summary>The number of rejections since the last progress.</summary>
    public int Refusals { get; set; }

    public bool IsCommitting { get; set; }

    public bool CommitHasMessage { get; set; }

    /// <summary>The time since which an answer is awaited; null when none is.</summary>
    public TimeSpan? WaitingSince { get; set; }

    /// <summary>The time of the first loss of the batch since the last progress; null when there was none.</summary>
    public TimeSpan? LostSince { get; set; }

    /// <summary>The time of the last message or ping.</summary>
    public TimeSpan LastSent { get; set; }

    public TimeSpan LastPing { get; set; }

    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>The time until which a start is delayed.</summary>
    public TimeSpan DelayedUntil { get; set; }
}
