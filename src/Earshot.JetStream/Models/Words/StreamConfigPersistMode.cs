namespace Earshot.JetStream;

/// <summary>Specifies when a stream writes messages to disk.</summary>
public enum StreamConfigPersistMode
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>Before the ack is sent.</summary>
    Default = 0,

    /// <summary>After the ack is sent (since server 2.12). Acknowledged messages may be lost when a server stops.</summary>
    Async = 1,
}
