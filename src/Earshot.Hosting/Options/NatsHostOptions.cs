namespace Earshot.Hosting;

/// <summary>What the host does with a connection when it starts and stops.</summary>
public sealed class NatsHostOptions
{
    /// <summary>Whether the host connects when it starts. Default: <see cref="NatsConnectOnStart.No"/>, or <see cref="NatsConnectOnStart.Background"/> with a health check or a subscriber.</summary>
    public NatsConnectOnStart? ConnectOnStart { get; set; }

    /// <summary>Whether the host drains the connection when it stops. Without it the connection is closed. Default: true.</summary>
    public bool DrainOnStop { get; set; } = true;
}
