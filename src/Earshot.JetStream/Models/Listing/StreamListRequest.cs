namespace Earshot.JetStream;

/// <summary>Request for one page of the streams of an account.</summary>
public record StreamListRequest
{
    /// <summary>Only streams that store this subject; wildcards are allowed. Null: all streams.</summary>
    public string? Subject { get; set; }

    /// <summary>The index of the first entry, from 0.</summary>
    public int Offset { get; set; }
}
