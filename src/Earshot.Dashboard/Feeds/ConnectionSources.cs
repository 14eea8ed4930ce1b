using Earshot.Hosting.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Feeds;

/// <summary>Finds the connections to show: those that the host has created so far, and further ones that the application names.</summary>
internal sealed class ConnectionSources(IServiceProvider services, NatsDashboardOptions options, ILogger logger)
{
    private bool _hasFailed;

    /// <summary>Returns the connections of this moment. It creates none. One call at a time.</summary>
    internal IReadOnlyList<INatsConnection> Find()
    {
        var found = new List<INatsConnection>();
        if (options.IncludeRegistered && services.GetService<HostedConnections>() is { } hosted)
        {
            found.AddRange(hosted.Existing);
        }

        try
        {
            found.AddRange(options.MoreConnections?.Invoke().Where(static connection => connection is not null) ?? []);
        }
        catch (Exception e) when (!_hasFailed)
        {
            _hasFailed = true;
            FeedLog.MoreConnectionsFailed(logger, e);
        }
        catch (Exception)
        {
            // It has been logged, and this is called each second.
        }

        return found;
    }
}
