// Words used by the events of keep-alive and stalls. Owns the words only.
namespace Earshot;

/// <summary>What showed that the link is dead.</summary>
public enum StaleDetector
{
    /// <summary>Too many pings without an answer.</summary>
    MissedPongs,
    /// <summary>The server said so.</summary>
    ServerError,
    /// <summary>Nothing was received for too long.</summary>
    ReadSilence,
    /// <summary>Nothing could be written for too long.</summary>
    WriteStall,
}

/// <summary>How a pause of the process was found.</summary>
public enum StallKind
{
    /// <summary>A timer fired far too late.</summary>
    TimerDrift,
    /// <summary>The garbage collector paused the process.</summary>
    GcPause,
    /// <summary>The machine slept.</summary>
    SystemSleep,
    /// <summary>Bytes from the server had arrived, and no thread of the pool was free to read them.</summary>
    ThreadPoolStarvation,
}
