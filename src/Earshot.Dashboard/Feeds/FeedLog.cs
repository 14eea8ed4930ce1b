using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Feeds;

/// <summary>What is logged about the connections of the dashboard.</summary>
internal static partial class FeedLog
{
    [LoggerMessage(10, LogLevel.Warning, "The dashboard cannot show further connections: NatsDashboardOptions.MoreConnections threw. This is logged once.")]
    internal static partial void MoreConnectionsFailed(ILogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "The dashboard cannot follow a connection.")]
    internal static partial void NotFollowed(ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Error, "The dashboard could not read the counters of the connections.")]
    internal static partial void NotSampled(ILogger logger, Exception exception);
}
