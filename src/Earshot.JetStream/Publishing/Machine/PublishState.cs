namespace Earshot.JetStream.Publishing;

/// <summary>The state of a publish. Times are relative to a start time chosen by the engine.</summary>
internal record struct PublishState
{
    public PublishPhase Phase { get; set; }

    /// <summary>The number of attempts, including one that is being written.</summary>
    public int Attempts { get; set; }

    /// <summary>The number of temporary rejections.</summary>
    public int Refusals { get; set; }

    /// <summary>The number of rejections for insufficient resources.</summary>
    public int ResourceRefusals { get; set; }

    /// <summary>The time of the first rejection for insufficient resources.</summary>
    public TimeSpan NoResourcesSince { get; set; }

    /// <summary>Whether an attempt was written and its effect is unknown; only an ack or a read of the stream resolves this.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>Whether the session was lost, the publish was cancelled or the connection ended while an attempt was being written.</summary>
    public bool IsLost { get; set; }

    /// <inheritdoc cref="IsLost"/>
    public bool IsCancelled { get; set; }

    /// <inheritdoc cref="IsLost"/>
    public bool IsConnectionOver { get; set; }

    /// <summary>
    /// How the publish ends when the attempt is written: an ack arrived before the write had completed, or for an earlier attempt. The message
    /// must not be reused while it is being written.
    /// </summary>
    public PublishOrder Pending { get; set; }

    /// <summary>Whether the server answered that no stream has the subject.</summary>
    public bool HasNoStream { get; set; }

    /// <summary>The time of the first attempt; null before it.</summary>
    public TimeSpan? FirstSent { get; set; }

    /// <summary>The time at which the publish must have ended.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>The time at which the machine must be called again.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>The last error; null when the last attempt had no responders.</summary>
    public ApiError? LastError { get; set; }
}
