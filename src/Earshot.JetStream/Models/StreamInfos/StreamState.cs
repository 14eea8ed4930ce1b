namespace Earshot.JetStream;

/// <summary>The messages of a stream: their number, size and sequences.</summary>
public record StreamState
{
    /// <summary>The number of messages.</summary>
    public long Messages { get; set; }

    /// <summary>The total size of all messages, in bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>The sequence of the first message.</summary>
    public ulong FirstSeq { get; set; }

    /// <summary>The time of the first message, as text in RFC 3339 format.</summary>
    public string? FirstTs { get; set; }

    /// <summary>The sequence of the last message that was ever stored. It never decreases, unless the stream loses messages.</summary>
    public ulong LastSeq { get; set; }

    /// <summary>The time of the last message, as text in RFC 3339 format.</summary>
    public string? LastTs { get; set; }

    /// <summary>The number of deleted sequences between the first and the last message.</summary>
    public long NumDeleted { get; set; }

    /// <summary>The deleted sequences, when <see cref="StreamInfoRequest.DeletedDetails"/> was set; otherwise null.</summary>
    public ICollection<ulong>? Deleted { get; set; }

    /// <summary>The number of different subjects.</summary>
    public long NumSubjects { get; set; }

    /// <summary>The number of messages of each subject, when <see cref="StreamInfoRequest.SubjectsFilter"/> was set; otherwise null.</summary>
    public IDictionary<string, long>? Subjects { get; set; }

    /// <summary>The messages that the stream lost; null when there are none.</summary>
    public LostStreamData? Lost { get; set; }

    /// <summary>The number of consumers of the stream.</summary>
    public long ConsumerCount { get; set; }
}
