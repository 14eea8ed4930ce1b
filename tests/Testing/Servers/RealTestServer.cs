using Earshot.RealServer;

namespace Earshot.Testing;

/// <summary>A nats-server process. Two of them are equal when the process is the same.</summary>
internal sealed record RealTestServer(NatsServerProcess Process) : ITestServer
{
    public string? Name => Process.Name;

    public int Port => Process.Port;

    public string Url => Process.Url;

    public Uri MonitoringUrl => Process.MonitoringUrl;

    public bool IsRunning => Process.IsRunning;

    public Task KillAsync(CancellationToken cancellationToken) => Process.KillAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Process.StopAsync(cancellationToken);

    public Task StartServerAsync(CancellationToken cancellationToken) => Process.StartServerAsync(cancellationToken);

    public Task RestartAsync(CancellationToken cancellationToken) => Process.RestartAsync(cancellationToken);

    public Task EnterLameDuckModeAsync(CancellationToken cancellationToken) => Process.EnterLameDuckModeAsync(cancellationToken);

    public Task WaitForExitAsync(CancellationToken cancellationToken) => Process.WaitForExitAsync(cancellationToken);

    public void Freeze() => Process.Signal(ServerSignal.Freeze);

    public void Thaw() => Process.Signal(ServerSignal.Continue);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

/// <summary>Nats-server processes joined by routes.</summary>
internal sealed class RealTestCluster(NatsCluster cluster) : ITestCluster
{
    public IReadOnlyList<ITestServer> Nodes => [.. cluster.Nodes.Select(node => new RealTestServer(node))];

    public string Urls => cluster.Urls;

    public async Task<ITestServer> AddNodeAsync(CancellationToken cancellationToken) =>
        new RealTestServer(await cluster.AddNodeAsync(cancellationToken).ConfigureAwait(false));

    public Task RemoveNodeAsync(ITestServer server, CancellationToken cancellationToken) => cluster.RemoveNodeAsync(server.Process, cancellationToken);

    public Task WaitUntilFormedAsync(CancellationToken cancellationToken) => cluster.WaitUntilFormedAsync(cancellationToken);

    public Task StopAllAsync(CancellationToken cancellationToken) => cluster.StopAllAsync(cancellationToken);

    public Task StartAllAsync(CancellationToken cancellationToken) => cluster.StartAllAsync(cancellationToken);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
