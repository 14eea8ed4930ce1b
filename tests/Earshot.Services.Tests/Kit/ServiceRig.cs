using Xunit;

namespace Earshot.Services.Tests.Kit;

/// <summary>A connection with a running service, a second connection that sends requests, and unique names for each test.</summary>
internal sealed class ServiceRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private ServiceRig(NatsConnection connection, NatsConnection requester)
    {
        (Connection, Requester) = (connection, requester);
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
    }

    public NatsConnection Connection { get; }

    public NatsConnection Requester { get; }

    public INatsSvcServer Service { get; private set; } = null!;

    /// <summary>A unique name, used for the service and the first token of its subjects.</summary>
    public string Name { get; } = $"T{Nuid.NewNuid()}";

    public CancellationToken Cancel => _limit.Token;

    public static async Task<ServiceRig> StartAsync(SharedServer server, Func<NatsSvcConfig, NatsSvcConfig>? change = null, NatsOpts? opts = null)
    {
        string url = (await server.Started).Url;
        var rig = new ServiceRig(new NatsConnection((opts ?? new NatsOpts()) with { Url = url }), new NatsConnection(new NatsOpts { Url = url }));
        await rig.Requester.ConnectAsync(rig.Cancel);
        var config = new NatsSvcConfig(rig.Name, "1.2.3");
        rig.Service = await rig.Connection.CreateServicesContext().AddServiceAsync(change is null ? config : change(config), rig.Cancel);
        return rig;
    }

    /// <summary>Sends a request to an endpoint of the service.</summary>
    public ValueTask<NatsMsg<string>> AskAsync(string subject, string data) => Requester.RequestAsync<string, string>(subject, data, cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Connection.DisposeAsync();
        await Requester.DisposeAsync();
        _limit.Dispose();
    }
}
