namespace Earshot.JetStream;

/// <summary>What happens when a limit is reached.</summary>
public enum StreamConfigDiscard
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>The oldest messages are dropped.</summary>
    Old = 0,

    /// <summary>New messages are refused.</summary>
    New = 1,
}
