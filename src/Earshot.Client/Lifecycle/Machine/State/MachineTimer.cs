namespace Earshot.Lifecycle;

/// <summary>The timers of the lifecycle; each runs at most once at a time.</summary>
internal enum MachineTimer
{
    /// <summary>A dial has made no progress: another server may be dialled as well.</summary>
    Hedge,

    /// <summary>The wait between rounds is over.</summary>
    Backoff,

    /// <summary>The outage has lasted as long as it may.</summary>
    TimeLimit,

    /// <summary>The session has lasted long enough to reset the back-off.</summary>
    Stable,

    /// <summary>The planned moment of leaving a lame duck server.</summary>
    Migrate,

    /// <summary>The credentials expire soon.</summary>
    Renew,

    /// <summary>An error that repeats is reported again, with its count.</summary>
    Repeats,
}
