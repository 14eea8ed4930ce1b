using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos;

/// <summary>One server of the cluster with the proxy that clients under test reach it through.</summary>
/// <param name="Server">The server.</param>
/// <param name="Proxy">The proxy in front of the port of the transport under test.</param>
internal sealed record ChaosNode(NatsServerProcess Server, FaultProxy Proxy)
{
    public string Name => Server.Name!;
}
