namespace Earshot.JetStream;

/// <summary>When a stream drops messages.</summary>
public enum StreamConfigRetention
{
    /// <summary>A word of a newer server; it is kept and sent back.</summary>
    Unknown = -1,

    /// <summary>When a limit is reached.</summary>
    Limits = 0,

    /// <summary>When all consumers have acknowledged them.</summary>
    Interest = 1,

    /// <summary>When one consumer has acknowledged them.</summary>
    Workqueue = 2,
}
