namespace Earshot.JetStream;

/// <summary>Which message to delete.</summary>
public record StreamMsgDeleteRequest
{
    /// <summary>Its sequence.</summary>
    public ulong Seq { get; set; }

    /// <summary>Do not overwrite its bytes on disk, which is faster.</summary>
    public bool NoErase { get; set; }
}
