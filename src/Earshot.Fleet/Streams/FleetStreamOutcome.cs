namespace Earshot.Fleet;

/// <summary>What was done for a stream of a fleet.</summary>
public enum FleetStreamOutcome
{
    /// <summary>It was not there, and was created.</summary>
    Created,
    /// <summary>It was there and has the settings that a fleet needs.</summary>
    Unchanged,
    /// <summary>It was there and differs; nothing was changed.</summary>
    Different,
}
