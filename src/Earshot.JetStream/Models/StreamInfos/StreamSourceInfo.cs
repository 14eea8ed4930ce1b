namespace Earshot.JetStream;

/// <summary>State of a mirror or of a source of a stream.</summary>
public record StreamSourceInfo
{
    /// <summary>The name of the mirrored or sourced stream.</summary>
    public string Name { get; set; } = "";

    /// <summary>The subject of the messages that are copied; null when all are copied.</summary>
    public string? FilterSubject { get; set; }

    /// <summary>The subjects under which the messages are stored; null when the subjects are unchanged.</summary>
    public string? SubjectTransformDest { get; set; }

    /// <summary>The transformations of subjects, with their filters (since server 2.10); null when there are none.</summary>
    public ICollection<SubjectTransform>? SubjectTransforms { get; set; }

    /// <summary>The number of messages that have not been copied yet.</summary>
    public long Lag { get; set; }

    /// <summary>The time since the last contact with the stream; -1 ns when there has been none.</summary>
    public TimeSpan? Active { get; set; }

    /// <summary>The account or domain of the stream; null for the same account and domain.</summary>
    public ExternalStreamSource? External { get; set; }

    /// <summary>The error that stops the copying; null when there is none.</summary>
    public ApiError? Error { get; set; }
}
