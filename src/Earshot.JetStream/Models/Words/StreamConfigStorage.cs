namespace Earshot.JetStream;

/// <summary>Specifies where a stream stores messages.</summary>
public enum StreamConfigStorage
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>Messages are stored on disk.</summary>
    File = 0,

    /// <summary>Messages are stored in memory.</summary>
    Memory = 1,
}
