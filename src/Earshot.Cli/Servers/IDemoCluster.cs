namespace Earshot.Cli.Servers;

/// <summary>
/// The servers on the demo's stage, real or in this process: what the acts do to them is the same. Not thread-safe.
/// </summary>
internal interface IDemoCluster : IAsyncDisposable
{
    /// <summary>The servers, running or not, in the order they were added; a removed one is not in it.</summary>
    IReadOnlyList<IDemoServer> Nodes { get; }

    /// <summary>The number of replicas that a stream has.</summary>
    int Replicas { get; }

    /// <summary>Takes the leader of a stream and of its consumers away, until another one is elected; false when only the stop of its server does that.</summary>
    bool TryElect(string stream);

    /// <summary>Adds a server and completes when it is advertised to clients.</summary>
    Task<IDemoServer> AddNodeAsync(CancellationToken cancellationToken);

    /// <summary>Shuts a server down and removes it.</summary>
    Task RemoveNodeAsync(IDemoServer server, CancellationToken cancellationToken);

    /// <summary>Stops every server that runs, all at the same time.</summary>
    Task StopAllAsync(CancellationToken cancellationToken);

    /// <summary>Starts every server that does not run, on its old port, and completes when they form a cluster.</summary>
    Task StartAllAsync(CancellationToken cancellationToken);
}
