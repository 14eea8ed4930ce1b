namespace Earshot.Hosting;

/// <summary>Whether the host connects when it starts.</summary>
public enum NatsConnectOnStart
{
    /// <summary>The connection connects with its first operation.</summary>
    No,

    /// <summary>The host starts to connect and does not wait. The connection retries until a server accepts it.</summary>
    Background,

    /// <summary>The host waits until the connection is open. If no server accepts the client, the start of the host fails.</summary>
    Required,
}
