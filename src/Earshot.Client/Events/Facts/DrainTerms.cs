// Words used by the events of draining. Owns the words only.
namespace Earshot;

/// <summary>What is drained.</summary>
public enum DrainScope
{
    /// <summary>One subscription.</summary>
    Subscription,
    /// <summary>The whole connection.</summary>
    Connection,
}

/// <summary>How a drain ended.</summary>
public enum DrainOutcome
{
    /// <summary>Everything was delivered and written.</summary>
    Clean,
    /// <summary>The time was over.</summary>
    TimedOut,
    /// <summary>The session was lost.</summary>
    Interrupted,
}
