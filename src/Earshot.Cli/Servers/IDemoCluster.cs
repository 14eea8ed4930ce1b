namespace Earshot.Cli.Servers;

/// <summary>
/// The servers on the demo's stage, real or in this process: what the acts do to them is the same. Not thread-safe.
/// </summary>
internal interface IDemoCluster : IAsyncDisposable
{
    /// <summary>The servers, running or not, in the order they were added; a removed one is not in it.</summary>
    IReadOnlyList<IDemoServer> Nodes { get; }

    /// <summary>Adds a server and completes when clients are told about it.</summary>
    Task<IDemoServer> AddNodeAsync(CancellationToken cancellationToken);

    /// <summary>Stops a server in order and forgets it.</summary>
    Task RemoveNodeAsync(IDemoServer server, CancellationToken cancellationToken);

    /// <summary>Stops every server that runs, all at the same time.</summary>
    Task StopAllAsync(CancellationToken cancellationToken);

    /// <summary>Starts every server that does not run, on its old port, and completes when they form a cluster.</summary>
    Task StartAllAsync(CancellationToken cancellationToken);
}

/// <summary>One server on the demo's stage.</summary>
internal interface IDemoServer
{
    string Name { get; }

    string Url { get; }

    int Port { get; }

    /// <summary>Completes when its clients have been told.</summary>
    Task EnterLameDuckModeAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the server has gone by itself, at the end of lame duck mode.</summary>
    Task WaitUntilGoneAsync(CancellationToken cancellationToken);

    /// <summary>Ends it at once, without a word to its clients.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Starts it again on its port and completes when it is a member of the cluster.</summary>
    Task StartAgainAsync(CancellationToken cancellationToken);
}

/// <summary>Who may connect to the servers of the demo, and how long a lame duck waits; the same for both kinds of server.</summary>
internal static class DemoSetting
{
    internal const int Nodes = 3;
    internal const string Client = "demo";
    internal const string Responder = "responder";
    internal const string Password = "loopback-only";
    internal const string ForbiddenToClient = "demo.secret.>";

    /// <summary>Shorter than the default of 10 s, so that nobody waits long for a lame duck; the client must know it.</summary>
    internal static readonly TimeSpan LameDuckGracePeriod = TimeSpan.FromSeconds(2);
}
