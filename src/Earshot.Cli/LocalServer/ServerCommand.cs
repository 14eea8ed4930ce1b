using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Earshot.Cli.Shell;

namespace Earshot.Cli.LocalServer;

/// <summary>The verb <c>earshot server</c>: its options and its help. What it does is in <see cref="ServerRun"/>.</summary>
internal static class ServerCommand
{
    private const int DefaultPort = 4222;

    private const string Description =
        """
        Runs a NATS server inside this process, with JetStream in memory, and with faults on keys: for people who develop a client
        application and need to see what it does in an outage. It is for development and tests, listens on loopback only, and is never
        a broker for production: nothing is stored on disk, and its cluster is a mock without replicas.

        On a terminal, keys do something to the server: l lame duck mode, k stop, s start, r restart, d drop connections, f freeze,
        y delay, t thaw, x refuse, a accept, e error, E error and close, c list clients; in a cluster p partition, h heal, and 1 to 9
        select the server. Otherwise, lines on the standard input do the same: lame-duck, stop, start, restart, drop, freeze, delay,
        thaw, refuse, accept, error, error-close, clients, partition, heal, help, quit; with the name of a server and an argument
        behind it. The end of the standard input does not end the server.

        Exit codes: 0 ended with q or quit; 130 Ctrl+C.
        """;

    internal static Command Create(ToolHost host)
    {
        var port = new Option<int?>("--port", "-p") { Description = "The port; default 4222, 0 for a free one." };
        var cluster = new Option<int>("--cluster") { Description = "Run a mock cluster of this number of servers (2 to 9), on free ports.", HelpName = "N" };
        var noJetStream = new Option<bool>("--no-jetstream") { Description = "Run without JetStream." };
        var user = new Option<string?>("--user") { Description = "The user that clients must have; with --password." };
        var password = new Option<string?>("--password") { Description = "The password that clients must have; with --user." };
        var token = new Option<string?>("--token") { Description = "The token that clients must have." };
        var json = new Option<bool>("--json") { Description = "Write JSON lines: type server, action or client." };
        var command = new Verb(
            "server",
            Description,
            "earshot server",
            "earshot server --cluster 3",
            "earshot server --port 0 --json",
            "printf 'drop\\ndelay 200\\nerror Stale Connection\\nquit\\n' | earshot server")
        { port, cluster, noJetStream, user, password, token, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int size = parsed.GetValue(cluster);
            (string? name, string? secret) = (parsed.GetValue(user), parsed.GetValue(password));
            Check(size, parsed.GetValue(port), name is null == secret is null);
            var options = new NatsTestServerOptions
            {
                Name = "n1",
                Port = parsed.GetValue(port) ?? DefaultPort,
                JetStream = !parsed.GetValue(noJetStream),
                Token = parsed.GetValue(token),
                Users = name is null ? [] : [new NatsTestServerUser(name, secret!)],
                TimeProvider = host.Time,
            };
            LocalServers servers = await StartAsync(options, size, cancellationToken).ConfigureAwait(false);
            await using (servers.ConfigureAwait(false))
            {
                await new ServerRun(servers, new ServerOutput(host, parsed.GetValue(json)), host).RunAsync(cancellationToken).ConfigureAwait(false);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Check(int size, int? port, bool hasBoth)
    {
        string? wrong = (size, port, hasBoth) switch
        {
            (not 0 and (< 2 or > 9), _, _) => $"--cluster is {size}; it must be between 2 and 9.",
            (not 0, not null, _) => "--port is for a single server; those of a cluster have free ports.",
            (_, < 0 or > 65_535, _) => $"--port is {port}; it must be between 0 and 65535.",
            (_, _, false) => "--user and --password belong together.",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new ToolException(ExitCode.Usage, wrong);
        }
    }

    private static async Task<LocalServers> StartAsync(NatsTestServerOptions options, int size, CancellationToken cancellationToken)
    {
        try
        {
            CheckFree(options.Port);
            return await LocalServers.StartAsync(options, size, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ToolException(ExitCode.Other, $"port {options.Port}: {e.Message}; with --port 0 the server listens on a free port.", e);
        }
    }

    // The server shares its port, so that a restart keeps it; a second server on it would get a part of the clients.
    private static void CheckFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }
}
