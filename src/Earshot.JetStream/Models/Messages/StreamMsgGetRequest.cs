namespace Earshot.JetStream;

/// <summary>Request to read one message of a stream.</summary>
public record StreamMsgGetRequest
{
    /// <summary>The sequence of the message; with <see cref="NextBySubj"/>, the lowest sequence to return.</summary>
    public ulong Seq { get; set; }

    /// <summary>Return the last message of this subject. Null: not used.</summary>
    public string? LastBySubj { get; set; }

    /// <summary>Return the next message of this subject; wildcards are allowed. Null: not used.</summary>
    public string? NextBySubj { get; set; }
}
