namespace Earshot.JetStream;

/// <summary>Response to resetting a consumer to another stream sequence.</summary>
public record ConsumerResetResponse : ConsumerInfo
{
    /// <summary>The stream sequence at which the consumer continues.</summary>
    public ulong ResetSeq { get; set; }
}
