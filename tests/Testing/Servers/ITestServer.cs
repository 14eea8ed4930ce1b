namespace Earshot.Testing;

/// <summary>One server for a test: a nats-server, or one of Earshot.Server with the same settings. What is done to it has the same name on both.</summary>
internal interface ITestServer : IAsyncDisposable
{
    string? Name { get; }

    int Port { get; }

    string Url { get; }

    Uri MonitoringUrl { get; }

    bool IsRunning { get; }

    /// <summary>Ends it immediately, without notice to its clients; its port refuses connections.</summary>
    Task KillAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends it in order.</summary>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts it again on its port, killed or not.</summary>
    Task StartServerAsync(CancellationToken cancellationToken = default);

    Task RestartAsync(CancellationToken cancellationToken = default);

    /// <summary>Completes when it has notified its clients.</summary>
    Task EnterLameDuckModeAsync(CancellationToken cancellationToken = default);

    /// <summary>Completes when it has exited by itself, at the end of lame duck mode.</summary>
    Task WaitForExitAsync(CancellationToken cancellationToken = default);

    /// <summary>It is paused and its connections stay open.</summary>
    void Freeze();

    void Thaw();

    /// <summary>The real server; its log and its configuration file have no counterpart in process.</summary>
    /// <exception cref="NotSupportedException">The server is in process.</exception>
    Earshot.RealServer.NatsServerProcess Process { get; }
}

/// <summary>Several of them that form a cluster.</summary>
internal interface ITestCluster : IAsyncDisposable
{
    /// <summary>The nodes, running or not, in the order they were added.</summary>
    IReadOnlyList<ITestServer> Nodes { get; }

    /// <summary>The addresses of all nodes, separated by commas.</summary>
    string Urls { get; }

    /// <summary>Completes when the node runs; clients have been notified of it once <see cref="WaitUntilFormedAsync"/> completes.</summary>
    Task<ITestServer> AddNodeAsync(CancellationToken cancellationToken = default);

    Task RemoveNodeAsync(ITestServer server, CancellationToken cancellationToken = default);

    Task WaitUntilFormedAsync(CancellationToken cancellationToken = default);

    Task StopAllAsync(CancellationToken cancellationToken = default);

    Task StartAllAsync(CancellationToken cancellationToken = default);
}
