namespace Earshot.JetStream;

/// <summary>Which message to read.</summary>
public record StreamMsgGetRequest
{
    /// <summary>The one with this sequence, or with <see cref="NextBySubj"/> the first from it on.</summary>
    public ulong Seq { get; set; }

    /// <summary>The last one of this subject.</summary>
    public string? LastBySubj { get; set; }

    /// <summary>The next one of this subject; wildcards allowed.</summary>
    public string? NextBySubj { get; set; }
}
