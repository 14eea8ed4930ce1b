using System.Threading.Channels;
using Earshot.Testing;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>What a C program sets with natsOptions_Set*CB, callback and closure, is a method of an object here. Real servers.</summary>
public sealed class CListenersTests
{
    [Fact]
    public async Task C_connectedCB_is_called_for_a_synchronous_connect_too()
    {
        var closure = new Closure();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnConnected = (e, ct) => closure.HeardAsync("Connection connected", ct) } });

        Assert.Equal("Connection connected", await closure.NextAsync());
    }

    [Fact]
    public async Task C_disconnectedCB_and_reconnectedCB_are_called_in_this_order()
    {
        var closure = new Closure();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with
        {
            Events = new()
            {
                OnEvent = (e, ct) => e switch
                {
                    NatsDisconnectedEvent => closure.HeardAsync("Connection disconnected", ct),
                    NatsReconnectedEvent => closure.HeardAsync("Connection reconnected", ct),
                    _ => default,
                },
            },
        });

        await scenario.RestartAsync();

        Assert.Equal("Connection disconnected", await closure.NextAsync());
        Assert.Equal("Connection reconnected", await closure.NextAsync());
    }

    [Fact]
    public async Task C_closedCB_is_called_before_CloseAsync_returns()
    {
        var closure = new Closure();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnClosed = (e, ct) => closure.HeardAsync("Connection closed", ct) } });

        await scenario.Connection.CloseAsync().Within();

        Assert.True(closure.TryGet(out string? line));
        Assert.Equal("Connection closed", line);
    }

    [Fact]
    public async Task C_discoveredServersCB_can_list_the_discovered_servers()
    {
        var closure = new Closure();
        await using ClusterStage scenario = await ClusterAsync();
        using IDisposable cb = scenario.Connection.Events.On<NatsDiscoveredServersEvent>(async (e, ct) =>
        {
            foreach (NatsServer server in scenario.Connection.DiscoveredServers)
            {
                await closure.HeardAsync($"Discovered server: {server.Url.Authority}", ct);
            }
        });

        ITestServer node = await scenario.JoinAsync();

        while (await closure.NextAsync() != $"Discovered server: 127.0.0.1:{node.Port}")
        {
        }
    }

    [Fact]
    public async Task C_errorCB_is_given_connection_subscription_and_status()
    {
        var closure = new Closure();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with
        {
            Events = new() { OnSlowConsumer = (e, ct) => closure.HeardAsync($"Error: {e.Kind} - {e.Subscription.Subject}", ct) },
        });

        await OverflowAsync(scenario.Connection);

        Assert.Equal("Error: SlowConsumer - full", await closure.NextAsync());
    }

    [Fact]
    public async Task C_lameDuckCB_is_called()
    {
        var closure = new Closure();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { Events = new() { OnLameDuckMode = (e, ct) => closure.HeardAsync("lame duck", ct) } });

        await scenario.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        Assert.Equal("lame duck", await closure.NextAsync());
    }

    private sealed class Closure
    {
        private readonly Channel<string> _heard = Heard<string>();

        public ValueTask HeardAsync(string line, CancellationToken cancellationToken) => _heard.Writer.WriteAsync(line, cancellationToken);

        public Task<string> NextAsync() => _heard.Reader.NextAsync();

        public bool TryGet(out string? line) => _heard.Reader.TryRead(out line);
    }
}
