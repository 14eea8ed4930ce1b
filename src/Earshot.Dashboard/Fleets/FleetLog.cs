using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Fleets;

/// <summary>What is logged about the page of the fleet.</summary>
internal static partial class FleetLog
{
    [LoggerMessage(20, LogLevel.Error, "The page of the fleet could not be brought up to date; it is tried again while the page is open. Equal failures that follow are not logged.")]
    internal static partial void NotRefreshed(ILogger logger, Exception exception);
}
