using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Access;

/// <summary>Writes one entry to the log when the application has started: the link with the token, or why the page is not answered.</summary>
internal sealed class LinkAnnouncement(IServiceProvider services, string path, bool isDevelopment, ILogger logger)
{
    private AccessGate? _gate;

    internal void Begin(AccessGate gate)
    {
        _gate = gate;
        services.GetService<IHostApplicationLifetime>()?.ApplicationStarted.Register(Write);
    }

    private void Write()
    {
        // With the groups in which it was mapped, which the path alone does not have.
        Endpoint? page = services.GetService<EndpointDataSource>()?.Endpoints.FirstOrDefault(endpoint => endpoint.Metadata.GetMetadata<AccessGate>() == _gate);
        string pattern = (page as RouteEndpoint)?.RoutePattern.RawText is { Length: > 0 } text ? "/" + text.Trim('/') : path;
        if (AccessGate.IsProtected(page?.Metadata))
        {
            return;
        }

        if (isDevelopment)
        {
            AccessLog.Link(logger, Address() + pattern + _gate!.Query);
        }
        else
        {
            AccessLog.NotProtected(logger, pattern);
        }
    }

    // The first address of the server; one that means all interfaces is reached by the name of the loopback interface.
    private string Address()
    {
        string? address = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return address is null ? "" : address.TrimEnd('/').Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://[::]", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal);
    }
}
