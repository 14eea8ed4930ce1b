using System.Globalization;

namespace Earshot.Cli.LocalServer;

/// <summary>All that can be done to the servers.</summary>
internal static class ServerActions
{
    private const string DefaultError = "Permissions Violation for Publish to \"example\"";
    private const string DefaultEnd = "Stale Connection";
    private const int DefaultDelay = 500;

    internal static IReadOnlyList<ServerAction> All { get; } =
    [
        new('l', "lame-duck", null, "Enter lame duck mode: new clients are refused, the connected ones are asked to leave.", LeaveAsync),
        new('k', "stop", null, "Stop the server as when its process is killed.", async (servers, server, _, _) =>
        {
            await servers.StopAsync(server).ConfigureAwait(false);
            return "stopped";
        }),
        new('s', "start", null, "Start a stopped server again on its port, with a new id.", StartAsync),
        new('r', "restart", null, "Stop the server and start it again.", async (servers, server, _, cancellationToken) =>
        {
            await servers.StopAsync(server).ConfigureAwait(false);
            await servers.StartAsync(server, cancellationToken).ConfigureAwait(false);
            return "restarted";
        }),
        new('d', "drop", "fin|reset|mid-frame", "Close all connections; new ones are accepted.", static (_, server, how, _) => Done(() => server.Faults.Drop(DropOf(how)), "all connections closed")),
        new('f', "freeze", null, "Do not answer any more, as a process that is suspended.", static (_, server, _, _) => Done(() => server.Faults.Freeze(), "frozen")),
        new('y', "delay", "MILLISECONDS", "Delay everything that is sent to the connected clients; default 500, 0 ends it.", DelayAsync),
        new('t', "thaw", null, "End freeze and delay.", static (_, server, _, _) => Done(server.Faults.Thaw, "freeze and delay ended")),
        new('x', "refuse", null, "Reset new connections.", static (_, server, _, _) => Done(server.Faults.RefuseConnections, "new connections are reset")),
        new('a', "accept", null, "Accept new connections again.", static (_, server, _, _) => Done(server.Faults.AcceptConnections, "new connections are accepted")),
        new('e', "error", "TEXT", "Send -ERR to all clients.", static (_, server, text, _) => Done(() => server.Faults.SendError(text ?? DefaultError), $"-ERR '{text ?? DefaultError}' sent")),
        new('E', "error-close", "TEXT", "Send -ERR to all clients and close their connections.", static (_, server, text, _) =>
            Done(() => server.Faults.SendError(text ?? DefaultEnd, close: true), $"-ERR '{text ?? DefaultEnd}' sent, all connections closed")),
        new('p', "partition", null, "Separate the server from the others.", static (servers, server, _, _) => Done(() => servers.Partition(server), "separated from the others")) { IsForCluster = true },
        new('h', "heal", null, "End all partitions.", static (servers, _, _, _) => Done(servers.Heal, "all partitions ended")) { IsForCluster = true },
        new('c', "clients", null, "List the connected clients.", static (_, server, _, _) => Task.FromResult(Clients(server))),
    ];

    private static async Task<string> StartAsync(LocalServers servers, NatsTestServer server, string? argument, CancellationToken cancellationToken)
    {
        if (!servers.IsStopped(server))
        {
            return "is running";
        }

        await servers.StartAsync(server, cancellationToken).ConfigureAwait(false);
        return "started";
    }

    private static async Task<string> LeaveAsync(LocalServers servers, NatsTestServer server, string? argument, CancellationToken cancellationToken)
    {
        // It continues while other actions follow; stopping the server ends it.
        _ = servers.Leave(server);
        await Task.CompletedTask.ConfigureAwait(false);
        return "lame duck mode: clients are asked to leave";
    }

    private static Task<string> DelayAsync(LocalServers servers, NatsTestServer server, string? argument, CancellationToken cancellationToken)
    {
        int milliseconds = DefaultDelay;
        if (argument is not null && (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds) || milliseconds > 3_600_000))
        {
            throw new ArgumentException($"'{argument}' is not a number of milliseconds between 0 and 3600000");
        }

        return Done(() => server.Faults.Delay(TimeSpan.FromMilliseconds(milliseconds)), milliseconds == 0 ? "delay ended" : $"everything to the connected clients is delayed by {milliseconds} ms");
    }

    private static NatsTestServerDrop DropOf(string? how) => how switch
    {
        null or "fin" => NatsTestServerDrop.Fin,
        "reset" => NatsTestServerDrop.Reset,
        "mid-frame" => NatsTestServerDrop.MidFrame,
        _ => throw new ArgumentException($"'{how}' is not fin, reset or mid-frame"),
    };

    private static string Clients(NatsTestServer server)
    {
        IReadOnlyList<NatsTestServerClient> clients = server.Clients;
        return clients.Count == 0 ? "no clients" : string.Join("; ", clients.Select(ClientText.Of));
    }

    private static Task<string> Done(Action action, string text)
    {
        action();
        return Task.FromResult(text);
    }
}
