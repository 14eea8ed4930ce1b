using Earshot.RealServer;

namespace Earshot.Cli.Servers;

/// <summary>Real nats-server processes on loopback, joined by routes.</summary>
internal sealed class RealCluster : IDemoCluster
{
    private const string Config =
        $$"""
        authorization {
          users: [
            { user: {{DemoSetting.Client}}, password: "{{DemoSetting.Password}}", permissions: { publish: ">", subscribe: { allow: ">", deny: "{{DemoSetting.ForbiddenToClient}}" } } }
            { user: {{DemoSetting.Responder}}, password: "{{DemoSetting.Password}}" }
          ]
        }
        """;

    private readonly NatsCluster _cluster;

    private RealCluster(NatsCluster cluster) => _cluster = cluster;

    public IReadOnlyList<IDemoServer> Nodes => [.. _cluster.Nodes.Select(Of)];

    public int Replicas => DemoSetting.Nodes;

    /// <summary>Completes when the servers form a cluster.</summary>
    internal static async Task<IDemoCluster> StartAsync(CancellationToken cancellationToken)
    {
        var setup = new NatsServerSetup { Config = Config, LameDuckGracePeriod = DemoSetting.LameDuckGracePeriod };
        // The server that joins and leaves has no JetStream: one that has it stays a member of JetStream's quorum after it has left.
        return new RealCluster(await NatsCluster.StartAsync(
            DemoSetting.Nodes, number => setup with { JetStream = number <= DemoSetting.Nodes }, cancellationToken).ConfigureAwait(false));
    }

    public bool TryElect(string stream) => false;

    public async Task<IDemoServer> AddNodeAsync(CancellationToken cancellationToken)
    {
        NatsServerProcess added = await _cluster.AddNodeAsync(cancellationToken).ConfigureAwait(false);
        await _cluster.WaitUntilFormedAsync(cancellationToken).ConfigureAwait(false);
        return Of(added);
    }

    public Task RemoveNodeAsync(IDemoServer server, CancellationToken cancellationToken) =>
        _cluster.RemoveNodeAsync(((Node)server).Process, cancellationToken);

    public Task StopAllAsync(CancellationToken cancellationToken) => _cluster.StopAllAsync(cancellationToken);

    public Task StartAllAsync(CancellationToken cancellationToken) => _cluster.StartAllAsync(cancellationToken);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private Node Of(NatsServerProcess process) => new(_cluster, process);

    private sealed record Node(NatsCluster Cluster, NatsServerProcess Process) : IDemoServer
    {
        public string Name => Process.Name!;

        public string Url => Process.Url;

        public int Port => Process.Port;

        public Task EnterLameDuckModeAsync(CancellationToken cancellationToken) => Process.EnterLameDuckModeAsync(cancellationToken);

        public Task WaitUntilGoneAsync(CancellationToken cancellationToken) => Process.WaitForExitAsync(cancellationToken);

        public Task KillAsync(CancellationToken cancellationToken) => Process.KillAsync(cancellationToken);

        public async Task StartServerAsync(CancellationToken cancellationToken)
        {
            await Process.StartServerAsync(cancellationToken).ConfigureAwait(false);
            await Cluster.WaitUntilFormedAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
