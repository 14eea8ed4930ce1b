namespace Earshot.JetStream;

/// <summary>State of a mirror or source.</summary>
public record StreamSourceInfo
{
    /// <summary>Name of the stream.</summary>
    public string Name { get; set; } = "";

    /// <summary>Only these subjects.</summary>
    public string? FilterSubject { get; set; }

    /// <summary>What their subjects become.</summary>
    public string? SubjectTransformDest { get; set; }

    /// <summary>Maps of subjects (since 2.10).</summary>
    public ICollection<SubjectTransform>? SubjectTransforms { get; set; }

    /// <summary>Messages it is behind.</summary>
    public long Lag { get; set; }

    /// <summary>Time since it was heard of; -1 ns: never.</summary>
    public TimeSpan? Active { get; set; }

    /// <summary>Where it is.</summary>
    public ExternalStreamSource? External { get; set; }

    /// <summary>Why it does not work.</summary>
    public ApiError? Error { get; set; }
}
