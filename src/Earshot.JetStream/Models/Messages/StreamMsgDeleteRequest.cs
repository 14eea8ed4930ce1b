namespace Earshot.JetStream;

/// <summary>Request to delete one message of a stream.</summary>
public record StreamMsgDeleteRequest
{
    /// <summary>The sequence of the message.</summary>
    public ulong Seq { get; set; }

    /// <summary>Whether the message is only removed, without overwriting its bytes on disk, which is faster.</summary>
    public bool NoErase { get; set; }
}
