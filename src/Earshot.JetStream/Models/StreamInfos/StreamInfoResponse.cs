namespace Earshot.JetStream;

/// <summary>Response with the configuration and state of a stream.</summary>
public record StreamInfoResponse : StreamInfo
{
    /// <summary>The number of matching subjects of all pages.</summary>
    public int Total { get; set; }

    /// <summary>The index of the first subject of this page.</summary>
    public int Offset { get; set; }

    /// <summary>The maximum number of subjects of a page.</summary>
    public int Limit { get; set; }
}
