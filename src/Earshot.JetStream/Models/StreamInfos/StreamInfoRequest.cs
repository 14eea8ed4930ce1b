namespace Earshot.JetStream;

/// <summary>What an info is to tell.</summary>
public record StreamInfoRequest
{
    /// <summary>List the sequences that are not there.</summary>
    public bool DeletedDetails { get; set; }

    /// <summary>Count the messages of these subjects; wildcards allowed.</summary>
    public string? SubjectsFilter { get; set; }

    /// <summary>Index of the first subject, from 0.</summary>
    public int Offset { get; set; }
}
