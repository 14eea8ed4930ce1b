using System.Threading.Channels;
using Earshot.Cli.Shell;

namespace Earshot.Cli.LocalServer;

/// <summary>Runs the servers until Ctrl+C or <c>quit</c>, and does to them what keys or lines ask for.</summary>
internal sealed class ServerRun(LocalServers servers, ServerOutput output, ToolHost host)
{
    private const string Quit = "quit";
    private const string Help = "help";

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<(string Server, long Id), NatsTestServerClient> _clients = [];
    private NatsTestServer _selected = servers.All[0];

    /// <summary>Runs.</summary>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (NatsTestServer server in servers.All)
        {
            output.Write(new ServerLine("server", server.Name) { Url = server.Url });
        }

        output.Hint("For development and tests, on loopback only; it is not a broker for production.");
        output.Hint(host.IsInRedirected ? "Lines on the standard input do something to a server; 'help' lists them." : "Keys do something to the server; ? lists them, q ends.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ChannelReader<string> lines = ServerInput.Start(host, LineOf, stop.Token);
        Task watching = WatchClientsAsync(stop.Token);
        try
        {
            await foreach (string line in lines.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (line == Quit)
                {
                    return;
                }

                await DoAsync(line, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private async Task DoAsync(string line, CancellationToken cancellationToken)
    {
        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words is [] or [['#', ..], ..])
        {
            return;
        }

        if (words[0] == Help)
        {
            ShowHelp();
            return;
        }

        ServerAction? action = ServerActions.All.FirstOrDefault(action => action.Name == words[0] && (servers.IsCluster || !action.IsForCluster));
        if (action is null)
        {
            output.Hint($"'{words[0]}' is not known; 'help' lists what is.");
            return;
        }

        string[] arguments = words.Length > 1 ? words[1].Split(' ', 2, StringSplitOptions.TrimEntries) : [];
        NatsTestServer? named = arguments.Length > 0 ? servers.All.FirstOrDefault(server => server.Name == arguments[0]) : null;
        string? rest = named is null ? words.ElementAtOrDefault(1) : arguments.ElementAtOrDefault(1);
        await RunAsync(action, named ?? _selected, rest, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(ServerAction action, NatsTestServer server, string? argument, CancellationToken cancellationToken)
    {
        if (argument is not null && action.Argument is null)
        {
            output.Hint($"{action.Name}: '{argument}' is not a server; there are {string.Join(", ", servers.All.Select(static s => s.Name))}.");
            return;
        }

        try
        {
            string text = await action.Run(servers, server, argument, cancellationToken).ConfigureAwait(false);
            output.Write(new ServerLine("action", server.Name) { Action = action.Name, Text = text });
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            output.Hint($"{action.Name}: {e.Message}");
        }
    }

    private string? LineOf(char key)
    {
        int index = key - '1';
        if (servers.IsCluster && index >= 0 && index < servers.All.Count)
        {
            _selected = servers.All[index];
            output.Hint($"Keys are for {_selected.Name} now.");
            return null;
        }

        return key switch
        {
            'q' => Quit,
            '?' => Help,
            _ => ServerActions.All.FirstOrDefault(action => action.Key == key && (servers.IsCluster || !action.IsForCluster))?.Name,
        };
    }

    private void ShowHelp()
    {
        foreach (ServerAction action in ServerActions.All.Where(action => servers.IsCluster || !action.IsForCluster))
        {
            string server = servers.IsCluster ? " [SERVER]" : "";
            string name = host.IsInRedirected ? $"{action.Name}{server}{(action.Argument is { } argument ? $" [{argument}]" : "")}".PadRight(38) : $"{action.Key}  ";
            output.Hint($"  {name} ", action.Help);
        }

        output.Hint(host.IsInRedirected ? $"  {Quit.PadRight(38)} Stop and end." : "  q   Stop and end.");
        if (servers.IsCluster)
        {
            output.Hint(host.IsInRedirected ? $"  SERVER is {string.Join(", ", servers.All.Select(static s => s.Name))}; without it, the first." : "  1 to 9 select the server; without it, the first.");
        }
    }

    private async Task WatchClientsAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (NatsTestServer server in servers.All)
            {
                foreach (NatsTestServerClient client in server.Clients.Where(client => client.IsConnected && _clients.TryAdd((server.Name, client.Id), client)))
                {
                    output.Write(new ServerLine("client", server.Name) { Text = $"connected: {ClientText.Of(client)}" });
                }
            }

            foreach (((string Server, long Id) key, NatsTestServerClient client) in _clients.Where(static entry => !entry.Value.IsConnected).ToList())
            {
                _clients.Remove(key);
                output.Write(new ServerLine("client", key.Server) { Text = $"disconnected: client {client.Id} {client.Name}: {client.ClosedReason}" });
            }

            await Task.Delay(s_poll, host.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
