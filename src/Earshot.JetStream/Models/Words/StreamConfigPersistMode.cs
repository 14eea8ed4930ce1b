namespace Earshot.JetStream;

/// <summary>When a stream writes to disk.</summary>
public enum StreamConfigPersistMode
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>Before the ack.</summary>
    Default = 0,

    /// <summary>After the ack (since 2.12); messages that were acknowledged may be lost when a server stops.</summary>
    Async = 1,
}
