namespace Earshot.RealServer;

/// <summary>What one real server is started with; ports, host and folders are not in here, they are found for it.</summary>
internal sealed record NatsServerSetup
{
    /// <summary>The server's name, as it shows up in INFO and in the journal; null lets the server make one up.</summary>
    internal string? Name { get; init; }

    /// <summary>
    /// Configuration text in the server's own format. <c>{folder}</c> stands for the server's temporary folder
    /// (JetStream storage, certificates). Client and monitoring addresses are written for it and must not be in it.
    /// </summary>
    internal string Config { get; init; } = "";

    /// <summary>Whether the server has JetStream, with its store in the temporary folder. A cluster starts such servers with the routes to all others.</summary>
    internal bool JetStream { get; init; }

    /// <summary>Path of the nats-server to run; null asks <see cref="NatsServerLocator"/> for the newest.</summary>
    internal string? Binary { get; init; }

    /// <summary>More command-line arguments, for example <c>-D</c> for debug log lines.</summary>
    internal IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Over how long a lame duck closes its clients. The server accepts nothing below 30 seconds, but closes at least
    /// one client per second, so few clients are gone long before that.
    /// </summary>
    internal TimeSpan? LameDuckDuration { get; init; }

    /// <summary>How long a lame duck waits before it closes the first client; the server's default is 10 seconds.</summary>
    internal TimeSpan? LameDuckGracePeriod { get; init; }

    internal string Render(int port, int monitoringPort, string folder)
    {
        var lines = new List<string> { "host: 127.0.0.1", $"port: {port}", $"http: \"127.0.0.1:{monitoringPort}\"" };
        if (Name is not null)
        {
            lines.Add($"server_name: \"{Name}\"");
        }

        if (LameDuckDuration is { } duration)
        {
            lines.Add($"lame_duck_duration: \"{(long)duration.TotalMilliseconds}ms\"");
        }

        if (LameDuckGracePeriod is { } grace)
        {
            lines.Add($"lame_duck_grace_period: \"{(long)grace.TotalMilliseconds}ms\"");
        }

        if (JetStream)
        {
            lines.Add($"jetstream {{ store_dir: \"{folder}/js\" }}");
        }

        lines.Add(Config.Replace("{folder}", folder, StringComparison.Ordinal));
        return string.Join('\n', lines) + "\n";
    }
}
