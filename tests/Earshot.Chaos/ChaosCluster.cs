using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos;

/// <summary>Three servers, each behind a proxy whose address it advertises, so that clients never come around the faults.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private const int Size = 3;

    private readonly TestCertificates _certificates = new();
    private readonly List<ReservedPort> _webSocketPorts = [];
    private readonly List<FaultProxy> _proxies = [];
    private readonly ChaosTransport _transport;
    private NatsCluster? _cluster;

    private ChaosCluster(ChaosTransport transport) => _transport = transport;

    public IReadOnlyList<ChaosNode> Nodes { get; private set; } = [];

    public static async Task<ChaosCluster> StartAsync(ChaosTransport transport, CancellationToken cancellationToken)
    {
        var cluster = new ChaosCluster(transport);
        try
        {
            await cluster.StartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public NatsOpts ClientOptions(string name)
    {
        string scheme = _transport switch
        {
            ChaosTransport.Tls => "tls",
            ChaosTransport.Ws => "ws",
            _ => "nats",
        };
        return new NatsOpts
        {
            Name = name,
            Url = string.Join(',', Nodes.Select(node => $"{scheme}://127.0.0.1:{node.Proxy.Port}")),
            TlsOpts = _transport == ChaosTransport.Tls ? new NatsTlsOpts { CaFile = _certificates.CaFile } : NatsTlsOpts.Default,
            RetryOnInitialConnect = true,
            EventCapacity = 64 * 1024,
        };
    }

    public Task WaitUntilFormedAsync(CancellationToken cancellationToken) => _cluster!.WaitUntilFormedAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (FaultProxy proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        foreach (ReservedPort port in _webSocketPorts)
        {
            port.Dispose();
        }

        _certificates.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; i < Size; i++)
        {
            _proxies.Add(new FaultProxy(0));
            _webSocketPorts.Add(ReservedPort.Take());
        }

        _cluster = await NatsCluster.StartAsync(Size, SetupOf, cancellationToken);
        Nodes = [.. _cluster.Nodes.Select((server, i) => new ChaosNode(server, _proxies[i]))];
        foreach ((int i, ChaosNode node) in Nodes.Index())
        {
            node.Proxy.ServerPort = _transport == ChaosTransport.Ws ? _webSocketPorts[i].Number : node.Server.Port;
        }
    }

    private NatsServerSetup SetupOf(int number)
    {
        string advertised = $"127.0.0.1:{_proxies[number - 1].Port}";
        string config = _transport switch
        {
            ChaosTransport.Tls => $"client_advertise: \"{advertised}\"\n{_certificates.ServerConfig(["127.0.0.1"])}allow_non_tls: true\n",
            ChaosTransport.Ws => $"websocket {{ host: \"127.0.0.1\", port: {_webSocketPorts[number - 1].Number}, advertise: \"{advertised}\", no_tls: true }}\n",
            _ => $"client_advertise: \"{advertised}\"\n",
        };
        return new NatsServerSetup { Config = config, LameDuckDuration = TimeSpan.FromSeconds(30), LameDuckGracePeriod = TimeSpan.FromSeconds(1) };
    }
}
