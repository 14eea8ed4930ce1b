namespace Earshot.JetStream;

/// <summary>Specifies how stored messages are compressed.</summary>
public enum StreamConfigCompression
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>Stored messages are not compressed.</summary>
    None = 0,

    /// <summary>Stored messages are compressed with S2 (since server 2.10).</summary>
    S2 = 1,
}
