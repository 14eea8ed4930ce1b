namespace Earshot.JetStream;

/// <summary>
/// Request to read several messages of a stream directly (ADR-31, since server 2.11): either consecutive messages, with <see cref="Batch"/>
/// and a start, or the last message of each of several subjects, with <see cref="MultiLast"/>.
/// </summary>
public record StreamMsgBatchGetRequest
{
    /// <summary>The maximum number of messages. Required without <see cref="MultiLast"/>; 0 with it: no limit.</summary>
    public int Batch { get; set; }

    /// <summary>The maximum number of bytes; the first message is returned in any case. 0: the limit of the server.</summary>
    public int MaxBytes { get; set; }

    /// <summary>The lowest sequence to return. 0: the first one.</summary>
    public ulong Seq { get; set; }

    /// <summary>The time from which messages are returned. Null: not used. Mutually exclusive with <see cref="Seq"/>.</summary>
    public DateTimeOffset? StartTime { get; set; }

    /// <summary>Return only messages of this subject; wildcards are allowed. Null: all subjects. Mutually exclusive with <see cref="MultiLast"/>.</summary>
    public string? NextBySubj { get; set; }

    /// <summary>Return the last message of each subject that matches one of these; wildcards are allowed. At most 1,024 subjects may match. Null: not used.</summary>
    public ICollection<string>? MultiLast { get; set; }

    /// <summary>The sequence up to which <see cref="MultiLast"/> regards messages, for a consistent state over several requests. 0: the last one.</summary>
    public ulong UpToSeq { get; set; }

    /// <summary>The time up to which <see cref="MultiLast"/> regards messages. Null: not used. Mutually exclusive with <see cref="UpToSeq"/>.</summary>
    public DateTimeOffset? UpToTime { get; set; }
}
