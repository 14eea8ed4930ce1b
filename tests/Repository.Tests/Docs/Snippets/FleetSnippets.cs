using Earshot;
using Earshot.Fleet;
using Microsoft.Extensions.Hosting;

namespace Repository.Tests.Docs.Snippets;

/// <summary>The code of the guides about fleets that is in no sample; compiled, not run.</summary>
internal static class FleetSnippets
{
    internal static void Register(HostApplicationBuilder builder)
    {
        // snippet: ship-journals
        builder.Services.AddNatsJournalShipping("orders-api");
        // end snippet
    }

    internal static async Task WithoutHostAsync(INatsConnection importer, INatsConnection exporter)
    {
        // snippet: ship-without-host
        await using var shipper = new NatsJournalShipper(new NatsJournalShippingOptions { Service = "orders-api" });
        shipper.Add(importer);
        shipper.Add(exporter);
        // end snippet
    }

    internal static async Task CollectAsync(string url, string password, CancellationToken stoppingToken)
    {
        // snippet: collect
        var auth = new NatsAuthOpts { Username = FleetConfiguration.CollectorUser, Password = password };
        var opts = new NatsOpts { Url = url, InboxPrefix = FleetConfiguration.CollectorInbox, AuthOpts = auth, ProbeDelay = FleetCollector.ProbeDelay, ProbeTimeout = FleetCollector.ProbeTimeout };
        await using var connection = new NatsConnection(opts);
        await using var collector = new FleetCollector(connection);
        await collector.StartAsync(stoppingToken);
        await collector.Completion.WaitAsync(stoppingToken);
        // end snippet
    }
}
