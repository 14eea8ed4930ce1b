namespace Earshot.JetStream;

/// <summary>Specifies when a stream removes messages.</summary>
public enum StreamConfigRetention
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>When a limit is reached.</summary>
    Limits = 0,

    /// <summary>When all consumers have acknowledged them.</summary>
    Interest = 1,

    /// <summary>When one consumer has acknowledged them.</summary>
    Workqueue = 2,
}
