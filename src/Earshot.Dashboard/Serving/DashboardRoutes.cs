using System.Globalization;
using System.Text.Json;
using Earshot.Dashboard.Access;
using Earshot.Dashboard.Feeds;
using Earshot.Dashboard.Fleets;
using Earshot.Dashboard.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Dashboard.Serving;

/// <summary>The requests that one dashboard answers. All are GET, and none changes anything.</summary>
internal sealed class DashboardRoutes
{
    /// <summary>Events that the page begins with.</summary>
    internal const int EventsOnPage = 2_000;

    private readonly string _title;
    private readonly NatsDashboardOptions _options;
    private readonly TimeProvider _time;
    private readonly ConnectionFeeds _feeds;
    private readonly ViewerStream _stream;
    private readonly CancellationToken _stopping;
    private readonly FleetFeed? _fleet;

    private DashboardRoutes(IServiceProvider services, NatsDashboardOptions options, ILogger logger)
    {
        _options = options;
        _title = services.GetService<IHostEnvironment>()?.ApplicationName is { Length: > 0 } name ? name : "NATS";
        _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _feeds = new ConnectionFeeds(new ConnectionSources(services, options, logger), options, _time, logger);
        _stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
        _stopping.Register(_feeds.Stop);
        _stream = new ViewerStream(_feeds, new LiveSampling(_feeds, options.MaxViewers, _time, logger), _time, _stopping);
        _fleet = options.Fleet is null ? null : new FleetFeed(services, options, _time, logger, _stopping);
    }

    /// <summary>Adds the endpoints.</summary>
    /// <param name="endpoints">The routes of the application.</param>
    /// <param name="path">The path of the page, with a slash in front and none behind.</param>
    /// <param name="options">The settings, which do not change any more.</param>
    internal static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string path, NatsDashboardOptions options)
    {
        IServiceProvider services = endpoints.ServiceProvider;
        ILogger logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Earshot.Dashboard");
        bool isDevelopment = services.GetService<IHostEnvironment>()?.IsDevelopment() == true;
        var routes = new DashboardRoutes(services, options, logger);
        var gate = new AccessGate(path, isDevelopment, logger);
        RouteGroupBuilder group = endpoints.MapGroup(path);
        group.MapGet("", gate.Guard(0, routes.PageAsync)).WithMetadata(gate);
        group.MapGet("app.js", gate.Guard(1, File("text/javascript", PageAssets.LiveScript)));
        group.MapGet("page.css", gate.Guard(1, File("text/css", PageAssets.LiveStyle)));
        group.MapGet("icon.svg", gate.Guard(1, File("image/svg+xml", PageAssets.Read("icon.svg"))));
        group.MapGet("events", gate.Guard(1, routes._stream.RunAsync));
        group.MapGet("servers/{index:int}", gate.Guard(2, routes.ServersAsync));
        group.MapGet("save", gate.Guard(1, routes.SaveAsync));
        if (routes._fleet is { } fleet)
        {
            new FleetRoutes(fleet, routes._title, routes._time, options.HasOwn).Map(group, gate, routes._stopping);
        }

        new LinkAnnouncement(services, path, isDevelopment, logger).Begin(gate);
        return group;
    }

    /// <summary>Answers with a file of the page.</summary>
    internal static Func<HttpContext, string, Task> File(string type, string text) => (context, _) => WriteAsync(context, type, text);

    /// <summary>Answers with a text.</summary>
    internal static Task WriteAsync(HttpContext context, string type, string text)
    {
        context.Response.ContentType = $"{type}; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private Task PageAsync(HttpContext context, string page)
    {
        if (_fleet is not null && !_options.HasOwn)
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = $"{page}/fleet";
            return Task.CompletedTask;
        }

        _feeds.Sample();
        return WriteAsync(context, "text/html", LivePage.Write(_feeds.Read(EventsOnPage, page), _title, _fleet is not null));
    }

    private Task ServersAsync(HttpContext context, string page)
    {
        int index = Convert.ToInt32(context.GetRouteValue("index"), CultureInfo.InvariantCulture);
        if (_feeds.Pool(index) is { } servers)
        {
            return WriteAsync(context, "application/json", JsonSerializer.Serialize(servers, LiveJson.Default.IReadOnlyListServerRow));
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private Task SaveAsync(HttpContext context, string page)
    {
        _feeds.Sample();
        PageContent content = _feeds.Read(_options.MaxEvents, page).AsFile();
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"nats-{_time.GetUtcNow():yyyyMMdd-HHmmss}.html\"");
        return WriteAsync(context, "text/html", TimelinePage.Write(content, _title));
    }
}
