namespace Earshot.JetStream;

/// <summary>What a stream holds.</summary>
public record StreamState
{
    /// <summary>Number of messages.</summary>
    public long Messages { get; set; }

    /// <summary>Size of all messages.</summary>
    public long Bytes { get; set; }

    /// <summary>Sequence of the first message.</summary>
    public ulong FirstSeq { get; set; }

    /// <summary>Time of the first message, as the server wrote it.</summary>
    public string? FirstTs { get; set; }

    /// <summary>Sequence of the last message that was ever stored. It never falls, unless the stream lost data.</summary>
    public ulong LastSeq { get; set; }

    /// <summary>Time of the last message, as the server wrote it.</summary>
    public string? LastTs { get; set; }

    /// <summary>Number of sequences between the first and the last that are not there.</summary>
    public long NumDeleted { get; set; }

    /// <summary>These sequences, when asked for.</summary>
    public ICollection<ulong>? Deleted { get; set; }

    /// <summary>Number of subjects.</summary>
    public long NumSubjects { get; set; }

    /// <summary>Number of messages by subject, when asked for.</summary>
    public IDictionary<string, long>? Subjects { get; set; }

    /// <summary>What it lost.</summary>
    public LostStreamData? Lost { get; set; }

    /// <summary>Number of consumers.</summary>
    public long ConsumerCount { get; set; }
}
