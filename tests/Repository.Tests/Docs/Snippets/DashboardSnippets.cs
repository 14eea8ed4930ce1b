using Earshot;
using Earshot.Dashboard;
using Earshot.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Repository.Tests.Docs.Snippets;

/// <summary>The code of docs/guides/dashboard.md, and that of docs/guides/fleet.md about streams; compiled, not run.</summary>
internal static class DashboardSnippets
{
    public static void OwnConnections(WebApplication app, INatsConnection importer, INatsConnection exporter)
    {
        // snippet: dashboard-more
        app.MapNatsDashboard("/_nats", options => options.MoreConnections = () => [importer, exporter]).RequireAuthorization("ops");
        // end snippet
    }

    public static void Fleet(WebApplication app)
    {
        // snippet: dashboard-fleet
        app.MapNatsDashboard("/_nats", options => options.Fleet = services => services.GetRequiredKeyedService<INatsConnection>("viewer")).RequireAuthorization("ops");
        // end snippet
    }

    public static async Task WatchAsync(INatsConnection viewer, TimeProvider time, CancellationToken cancellationToken)
    {
        // snippet: fleet-watch
        await using FleetStreamReader reader = await FleetStreamReader.StartAsync(viewer, cancellationToken: cancellationToken);
        var tracker = new FleetChangeTracker();
        while (true)
        {
            Task changed = reader.Changed;
            FleetStreamContent content = reader.Read();
            FleetReport report = Incidents.Find(content.Records, new IncidentOptions { CompleteUntil = content.CompleteUntil });
            foreach (FleetChange change in tracker.Next(report, time.GetUtcNow(), content.From + TimeSpan.FromMinutes(15)).Where(change => change.Incident is not null))
            {
                Console.WriteLine($"{change.Kind}: {change.Incident!.Sentence}");
            }

            await changed.WaitAsync(cancellationToken);
        }
        // end snippet
    }
}
