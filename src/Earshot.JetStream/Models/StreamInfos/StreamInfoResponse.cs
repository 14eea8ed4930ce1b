namespace Earshot.JetStream;

/// <summary>Answer about a stream.</summary>
public record StreamInfoResponse : StreamInfo
{
    /// <summary>Number of all subjects that match.</summary>
    public int Total { get; set; }

    /// <summary>Index of the first subject of this page.</summary>
    public int Offset { get; set; }

    /// <summary>Most subjects of a page.</summary>
    public int Limit { get; set; }
}
