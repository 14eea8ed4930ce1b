namespace Earshot.Simulation.Network;

/// <summary>One address of the network, and the server behind it.</summary>
internal sealed class Host(string name, NatsTestServer server)
{
    public string Name => name;

    public NatsTestServer Server => server;

    public int Port => server.Port;

    public HostMode Mode { get; set; }

    /// <summary>When the maximum payload of its server was last changed without an INFO.</summary>
    public DateTimeOffset ShrunkAt { get; set; }
}
