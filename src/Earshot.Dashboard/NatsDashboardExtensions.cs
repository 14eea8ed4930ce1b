using System.Buffers;
using Earshot.Dashboard.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Earshot.Dashboard;

/// <summary>Adds a live page of the process's connections to an ASP.NET Core application.</summary>
public static class NatsDashboardExtensions
{
    private static readonly SearchValues<char> s_notInPath = SearchValues.Create("{}*?#%\\ ");

    /// <summary>
    /// Maps a read-only page that shows the connections of this process: their states over time, outages and what they cost, servers, rates
    /// and events; and, with <see cref="NatsDashboardOptions.Fleet"/>, a second one about a whole service or cluster.
    /// </summary>
    /// <remarks>
    /// Add <c>RequireAuthorization</c> to the result. Without it the page is answered only in the environment Development, only for browsers on
    /// the same machine, and only with the token in the link that is written to the log at the start; everything else gets 404. The page never
    /// contains passwords, tokens, JWTs, credentials in URLs, payloads or headers of messages. Until the first request it costs nothing.
    /// </remarks>
    /// <param name="endpoints">The routes of the application.</param>
    /// <param name="pattern">The path of the page, without parameters. Default: <c>/_nats</c>.</param>
    /// <param name="configure">Changes the settings; null: the defaults.</param>
    /// <returns>The conventions of all endpoints of the page.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="pattern"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is empty or has parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static IEndpointConventionBuilder MapNatsDashboard(this IEndpointRouteBuilder endpoints, string pattern = "/_nats", Action<NatsDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        string path = "/" + pattern.Trim('/');
        if (path.Length == 1 || path.AsSpan().ContainsAny(s_notInPath))
        {
            throw new ArgumentException("The path of the dashboard must not be empty and must not have parameters.", nameof(pattern));
        }

        var options = new NatsDashboardOptions();
        configure?.Invoke(options);
        return DashboardRoutes.Map(endpoints, path, options.Fix());
    }
}
