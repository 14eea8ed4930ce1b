using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>Shows what changes in a fleet. Not thread-safe.</summary>
internal interface IFleetWatchView
{
    /// <summary>Shows what is read, at the start and when it changes: which streams there are and what is wrong with them.</summary>
    void Begin(FleetStreamContent content);

    /// <summary>Shows a change.</summary>
    /// <param name="at">When it was noticed.</param>
    /// <param name="change">The change.</param>
    void Show(DateTimeOffset at, FleetChange change);

    /// <summary>Shows how much there is at the moment, where it is shown in place.</summary>
    void Now(FleetStreamContent content, FleetReport report, int inProgress);

    /// <summary>Leaves the terminal as it was.</summary>
    void End();
}
