namespace Earshot.JetStream.Publishing;

/// <summary>Where a publish is and what it went through. Times are counted from a beginning that the engine chooses.</summary>
internal record struct PublishState
{
    public PublishPhase Phase { get; set; }

    /// <summary>How often it was written, with the attempt that is being written.</summary>
    public int Attempts { get; set; }

    /// <summary>How often it was refused for now.</summary>
    public int Refusals { get; set; }

    /// <summary>How often the server had no resources.</summary>
    public int ResourceRefusals { get; set; }

    /// <summary>When it first had none.</summary>
    public TimeSpan NoResourcesSince { get; set; }

    /// <summary>An attempt was written and its effect is not known; only an ack or a look at the stream takes this away.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>The session was lost, the caller gave up or the connection ended while it was being written.</summary>
    public bool IsLost { get; set; }

    /// <inheritdoc cref="IsLost"/>
    public bool IsCancelled { get; set; }

    /// <inheritdoc cref="IsLost"/>
    public bool IsConnectionOver { get; set; }

    /// <summary>
    /// How it ends once it is written: an answer was faster than the writer, or one to an earlier attempt came. No one may use the message
    /// again while it is being written.
    /// </summary>
    public PublishOrder Pending { get; set; }

    /// <summary>No stream has the subject, as the server said.</summary>
    public bool HasNoStream { get; set; }

    /// <summary>When it was written first.</summary>
    public TimeSpan? FirstSent { get; set; }

    /// <summary>When it has to be over.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>When the machine wants to be called next.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>The last error; null: no one listened.</summary>
    public ApiError? LastError { get; set; }
}
