namespace Earshot.Cli.Servers;

/// <summary>One server on the demo's stage.</summary>
internal interface IDemoServer
{
    string Name { get; }

    string Url { get; }

    int Port { get; }

    /// <summary>Completes when its clients have been notified.</summary>
    Task EnterLameDuckModeAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the server has exited by itself, at the end of lame duck mode.</summary>
    Task WaitUntilGoneAsync(CancellationToken cancellationToken);

    /// <summary>Ends it immediately, without notice to its clients.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Starts it again on its port and completes when it is a member of the cluster.</summary>
    Task StartServerAsync(CancellationToken cancellationToken);
}
