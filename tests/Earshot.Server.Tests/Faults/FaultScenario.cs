using Earshot.Server.Tests.Serving;
using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>A server, an Earshot client connected to it, and the client's events since the last fault.</summary>
internal sealed class FaultScenario : IAsyncDisposable
{
    private static readonly TimeSpan s_waitLimit = TimeSpan.FromSeconds(30);

    private long _mark;

    private FaultScenario(NatsTestServer server, NatsConnection connection) => (Server, Connection) = (server, connection);

    internal NatsTestServer Server { get; }

    internal NatsConnection Connection { get; }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<FaultScenario> OpenAsync(NatsTestServerOptions? options = null, TimeProvider? clock = null)
    {
        NatsTestServer server = await TestServer.ListenAsync(options, clock);
        var scenario = new FaultScenario(server, NewConnection(server.Url));
        await scenario.Connection.ConnectAsync(Token).AsTask().WaitAsync(s_waitLimit, Token);
        return scenario;
    }

    internal static NatsConnection NewConnection(string url) => new(new NatsOpts
    {
        Url = url,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(1),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(5),
    });

    /// <summary>Injects a fault into the one client or into the whole server; the client's events count from here.</summary>
    internal void Do(bool toOne, Action<NatsTestServerClientFaults> one, Action<NatsTestServerFaults> all)
    {
        _mark = Connection.Events.LastSequence;
        if (toOne)
        {
            one(Server.Clients.Single().Faults);
        }
        else
        {
            all(Server.Faults);
        }
    }

    /// <summary>The first such event since the fault.</summary>
    internal Task<TEvent> HearsAsync<TEvent>() where TEvent : NatsConnectionEvent =>
        Connection.Events.WhenAsync<TEvent>(_mark, Token).WaitAsync(s_waitLimit, Token);

    /// <summary>The client is lost for this reason, and back after it.</summary>
    internal async Task<NatsDisconnectedEvent> LosesAndFindsAsync(NatsDisconnectReason reason)
    {
        NatsDisconnectedEvent lost = await HearsAsync<NatsDisconnectedEvent>();
        Assert.Equal(reason, lost.Reason);
        await HearsAsync<NatsReconnectedEvent>();
        return lost;
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Server.DisposeAsync();
    }
}
