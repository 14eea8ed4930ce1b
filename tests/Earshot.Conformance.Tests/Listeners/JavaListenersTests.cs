using System.Threading.Channels;
using Earshot.Testing;
using Xunit;
using static Earshot.Conformance.Tests.Listeners.ListenerScenario;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>What a Java program writes as ConnectionListener and ErrorListener is one listener interface here. Real servers.</summary>
public sealed class JavaListenersTests
{
    [Fact]
    public async Task Java_ConnectionListener_receives_CONNECTED_and_CLOSED()
    {
        var listener = new MyConnectionListener();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { ConnectionListeners = [listener] });

        await scenario.Connection.CloseAsync().Within();

        await listener.HearsAsync("CONNECTED");
        await listener.HearsAsync("DISCONNECTED");
        await listener.HearsAsync("CLOSED");
    }

    [Fact]
    public async Task Java_ConnectionListener_receives_DISCONNECTED_RECONNECTED_and_RESUBSCRIBED()
    {
        var listener = new MyConnectionListener();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { ConnectionListeners = [listener] });
        await using INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: ScenarioSetup.Token);

        await scenario.RestartAsync();

        foreach (string name in (string[])["CONNECTED", "DISCONNECTED", "RECONNECTED", "RESUBSCRIBED"])
        {
            await listener.HearsAsync(name);
        }

        Assert.Equal(1, scenario.Journal.Only<NatsResubscribedEvent>().Count);
    }

    [Fact]
    public async Task Java_ConnectionListener_receives_DISCOVERED_SERVERS()
    {
        var listener = new MyConnectionListener();
        await using ClusterStage scenario = await ClusterAsync(o => o with { ConnectionListeners = [listener] });

        ITestServer node = await scenario.JoinAsync();

        await scenario.Journal.WhenAsync<NatsDiscoveredServersEvent>(e => e.Added.Contains(new Uri(node.Url)), cancellationToken: ScenarioSetup.Token);
        await listener.HearsAsync("CONNECTED");
        await listener.HearsAsync("DISCOVERED_SERVERS");
        Assert.Contains(scenario.Connection.Servers, server => server.Url == new Uri(node.Url));
    }

    [Fact]
    public async Task Java_ConnectionListener_receives_LAME_DUCK()
    {
        var listener = new MyConnectionListener();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { ConnectionListeners = [listener] });

        await scenario.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        await listener.HearsAsync("CONNECTED");
        await listener.HearsAsync("LAME_DUCK");
    }

    [Fact]
    public async Task Java_ErrorListener_errorOccurred_has_the_text_of_the_server()
    {
        var listener = new MyErrorListener();
        await using ScenarioContext scenario = await LimitedAsync(o => o with { ConnectionListeners = [listener] });

        await scenario.Connection.PublishAsync("secret.a", "x", cancellationToken: ScenarioSetup.Token);

        string text = await listener.Errors.Reader.NextAsync();
        Assert.StartsWith("Permissions Violation for Publish to \"secret.a\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Java_ErrorListener_exceptionOccurred_has_the_exception_of_a_failed_attempt()
    {
        var listener = new MyErrorListener();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { ConnectionListeners = [listener] });

        await scenario.Server.KillAsync(ScenarioSetup.Token);

        Assert.IsType<System.Net.Sockets.SocketException>((await listener.Exceptions.Reader.NextAsync()).GetBaseException());
    }

    [Fact]
    public async Task Java_ErrorListener_slowConsumerDetected_is_given_the_consumer()
    {
        var listener = new MyErrorListener();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { ConnectionListeners = [listener] });

        INatsSub<string> full = await OverflowAsync(scenario.Connection);

        Assert.Equal(full.Sid, (await listener.Slow.Reader.NextAsync()).Sid);
    }

    private sealed class MyConnectionListener : INatsConnectionListener
    {
        private readonly Channel<string> _heard = Heard<string>();

        public ValueTask OnConnectedAsync(NatsConnectedEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("CONNECTED", ct);

        public ValueTask OnDisconnectedAsync(NatsDisconnectedEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("DISCONNECTED", ct);

        public ValueTask OnReconnectedAsync(NatsReconnectedEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("RECONNECTED", ct);

        public ValueTask OnResubscribedAsync(NatsResubscribedEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("RESUBSCRIBED", ct);

        public ValueTask OnClosedAsync(NatsClosedEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("CLOSED", ct);

        public ValueTask OnDiscoveredServersAsync(NatsDiscoveredServersEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("DISCOVERED_SERVERS", ct);

        public ValueTask OnLameDuckModeAsync(NatsLameDuckModeEvent e, CancellationToken ct) => _heard.Writer.WriteAsync("LAME_DUCK", ct);

        /// <summary>The next event must be this one.</summary>
        public async Task HearsAsync(string name) => Assert.Equal(name, await _heard.Reader.NextAsync());
    }

    private sealed class MyErrorListener : INatsConnectionListener
    {
        public Channel<string> Errors { get; } = Heard<string>();

        public Channel<Exception> Exceptions { get; } = Heard<Exception>();

        public Channel<INatsSub> Slow { get; } = Heard<INatsSub>();

        public ValueTask OnServerErrorAsync(NatsServerErrorEvent e, CancellationToken ct) => Errors.Writer.WriteAsync(e.Text, ct);

        public ValueTask OnConnectAttemptFailedAsync(NatsConnectAttemptFailedEvent e, CancellationToken ct) => Exceptions.Writer.WriteAsync(e.Exception, ct);

        public ValueTask OnSlowConsumerAsync(NatsSlowConsumerEvent e, CancellationToken ct) => Slow.Writer.WriteAsync(e.Subscription, ct);
    }
}
