namespace Earshot.JetStream;

/// <summary>A request for names of streams.</summary>
public record StreamNamesRequest
{
    /// <summary>Only those that store this subject.</summary>
    public string? Subject { get; set; }

    /// <summary>Index of the first entry, from 0.</summary>
    public int Offset { get; set; }
}
