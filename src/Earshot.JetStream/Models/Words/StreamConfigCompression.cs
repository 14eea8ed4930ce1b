namespace Earshot.JetStream;

/// <summary>How stored messages are compressed.</summary>
public enum StreamConfigCompression
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>With S2 (since 2.10).</summary>
    S2 = 1,
}
