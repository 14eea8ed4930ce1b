namespace Earshot.JetStream;

/// <summary>Answer to resetting a consumer.</summary>
public record ConsumerResetResponse : ConsumerInfo
{
    /// <summary>Sequence of the stream at which it continues.</summary>
    public ulong ResetSeq { get; set; }
}
