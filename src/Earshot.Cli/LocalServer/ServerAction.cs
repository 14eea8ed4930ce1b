namespace Earshot.Cli.LocalServer;

/// <summary>Something that can be done to a server, by a key or by a line.</summary>
/// <param name="Key">The key on a terminal.</param>
/// <param name="Name">The first word of the line.</param>
/// <param name="Argument">The name of its argument; null when it has none.</param>
/// <param name="Help">What it does.</param>
/// <param name="Run">Does it: the servers, the target, the argument or null; returns what was done as a sentence, or throws <see cref="ArgumentException"/>.</param>
internal sealed record ServerAction(
    char Key, string Name, string? Argument, string Help, Func<LocalServers, NatsTestServer, string?, CancellationToken, Task<string>> Run)
{
    /// <summary>Whether it is about several servers.</summary>
    public bool IsForCluster { get; init; }
}
