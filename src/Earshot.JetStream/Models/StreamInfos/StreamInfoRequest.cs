namespace Earshot.JetStream;

/// <summary>Request for the info of a stream.</summary>
public record StreamInfoRequest
{
    /// <summary>Whether the response lists the sequences of deleted messages.</summary>
    public bool DeletedDetails { get; set; }

    /// <summary>The subjects whose messages are counted; wildcards are allowed. Null: none.</summary>
    public string? SubjectsFilter { get; set; }

    /// <summary>The index of the first subject, from 0.</summary>
    public int Offset { get; set; }
}
