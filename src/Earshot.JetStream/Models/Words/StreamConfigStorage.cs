namespace Earshot.JetStream;

/// <summary>Where a stream keeps messages.</summary>
public enum StreamConfigStorage
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>On disk.</summary>
    File = 0,

    /// <summary>In memory.</summary>
    Memory = 1,
}
