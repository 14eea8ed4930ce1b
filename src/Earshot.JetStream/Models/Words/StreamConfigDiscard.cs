namespace Earshot.JetStream;

/// <summary>Specifies which messages are discarded when a limit is reached.</summary>
public enum StreamConfigDiscard
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>The oldest messages are removed.</summary>
    Old = 0,

    /// <summary>New messages are rejected.</summary>
    New = 1,
}
