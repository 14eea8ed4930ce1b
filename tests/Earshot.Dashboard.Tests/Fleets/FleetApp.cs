using Earshot.Dashboard.Tests.Kit;
using Earshot.Fleet.Tests.Story;
using Earshot.RealServer;

namespace Earshot.Dashboard.Tests.Fleets;

/// <summary>A real server that has the streams of a fleet, and an application whose dashboard reads them.</summary>
internal sealed class FleetApp : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    public DashboardApp App { get; private set; } = null!;

    public StreamPublisher Publisher { get; private set; } = null!;

    public static async Task<FleetApp> StartAsync(Action<NatsDashboardOptions>? configure = null, bool withStreams = true, bool signsIn = true)
    {
        var fleet = new FleetApp();
        NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true }, DashboardApp.Cancel);
        fleet._owned.Add(server);
        NatsConnection publisher = fleet.Connection(server), viewer = fleet.Connection(server);
        await publisher.ConnectAsync(DashboardApp.Cancel);
        fleet.Publisher = new StreamPublisher(publisher);
        if (withStreams)
        {
            await fleet.Publisher.CreateAsync(DashboardApp.Cancel);
        }

        fleet.App = await DashboardApp.StartAsync(map: web => web.MapNatsDashboard(configure: options =>
        {
            options.Fleet = _ => viewer;
            configure?.Invoke(options);
        }));
        fleet._owned.Add(fleet.App);
        if (signsIn)
        {
            await fleet.App.SignInAsync();
        }

        return fleet;
    }

    public Task PublishAsync(SomeFleet some) => Publisher.PublishAsync(some.Story.Records, DashboardApp.Cancel);

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private NatsConnection Connection(NatsServerProcess server)
    {
        var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        _owned.Add(connection);
        return connection;
    }
}
