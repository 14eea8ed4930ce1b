using System.Globalization;
using System.Text.Json;
using Earshot.Dashboard.Access;
using Earshot.Dashboard.Fleets;
using Earshot.Dashboard.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Earshot.Dashboard.Serving;

/// <summary>The requests of the page of the fleet, below that of the own connections and behind the same gate. All are GET, and none changes anything.</summary>
internal sealed class FleetRoutes(FleetFeed feed, string title, TimeProvider time, bool hasOwn)
{
    private const int LongestSearch = 100;

    /// <summary>Adds the endpoints.</summary>
    internal void Map(RouteGroupBuilder group, AccessGate gate, CancellationToken stopping)
    {
        var stream = new FleetStream(feed, time, stopping);
        group.MapGet("fleet", gate.Guard(1, PageAsync));
        group.MapGet("fleet.js", gate.Guard(1, DashboardRoutes.File("text/javascript", PageAssets.FleetScript)));
        group.MapGet("fleet.css", gate.Guard(1, DashboardRoutes.File("text/css", PageAssets.FleetStyle)));
        group.MapGet("fleet/events", gate.Guard(2, stream.RunAsync));
        group.MapGet("fleet/save", gate.Guard(2, SaveAsync));
        group.MapGet("fleet/connections", gate.Guard(2, ConnectionsAsync));
        group.MapGet("fleet/losses/{id}", gate.Guard(3, LossesAsync));
    }

    private Task PageAsync(HttpContext context, string page)
    {
        feed.Demand();
        (FleetPicture picture, string position) = feed.Current;
        return DashboardRoutes.WriteAsync(context, "text/html", FleetHtml.Write(picture.Content with { Path = page, Position = position }, title, hasOwn));
    }

    private Task SaveAsync(HttpContext context, string page)
    {
        feed.Demand();
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"nats-fleet-{time.GetUtcNow():yyyyMMdd-HHmmss}.html\"");
        return DashboardRoutes.WriteAsync(context, "text/html", FleetHtml.WriteFile(feed.Current.Picture.AsFile(), title));
    }

    private Task ConnectionsAsync(HttpContext context, string page)
    {
        feed.Demand();
        string text = context.Request.Query["text"].ToString().Trim();
        FleetPicture picture = feed.Current.Picture;
        FleetContent content = text.Length is 0 or > LongestSearch ? picture.Content : picture.Search(text);
        return DashboardRoutes.WriteAsync(context, "application/json", JsonSerializer.Serialize(content, FleetPageJson.Default.FleetContent));
    }

    private Task LossesAsync(HttpContext context, string page)
    {
        feed.Demand();
        if (context.GetRouteValue("id") is string id && feed.Current.Picture.LossesOf(id) is { } losses)
        {
            return DashboardRoutes.WriteAsync(context, "application/json", JsonSerializer.Serialize(losses, FleetPageJson.Default.IReadOnlyListFleetLossRow));
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
