using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Earshot.RealServer;

namespace Earshot.Chaos.Network;

/// <summary>
/// A nats-server in a network namespace with two links to this machine: one that is broken on purpose, and one for auditors, which is not.
/// Needs root on Linux, and nft (variable NFT). Everything is gone with <see cref="DisposeAsync"/>.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const int Port = 4222; // of a namespace of its own
    private static readonly string s_nft = Environment.GetEnvironmentVariable("NFT") ?? "nft";

    private readonly string _space;
    private readonly string _client;
    private readonly string _server;
    private Process? _process;
    private int _clients = 1; // the last number of the address of the client's side

    private NetworkLab()
    {
        string id = (Environment.ProcessId % 100_000).ToString(CultureInfo.InvariantCulture); // names of links have at most 15 characters
        (_space, _client, _server) = ($"earshot-{id}", $"ea{id}c", $"ea{id}s");
    }

    /// <summary>The address of the server on the link that is broken.</summary>
    public string Url { get; } = $"nats://{Address(0, 254)}:{Port}";

    /// <summary>An address of the same network that no machine has: what is sent to it is never answered.</summary>
    public static string Unreachable(int number) => $"nats://{Address(0, 100 + number)}:{Port}";

    /// <summary>The address of the server for auditors.</summary>
    public IPEndPoint Auditors { get; } = new(IPAddress.Parse(Address(1, 254)), Port);

    public static async Task<NetworkLab> StartAsync(CancellationToken cancellationToken)
    {
        var lab = new NetworkLab();
        try
        {
            await lab.BuildAsync(cancellationToken);
            return lab;
        }
        catch (Exception)
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drops this share of the packets that arrive at the server, and of those that it sends.</summary>
    public async Task DropAsync(int toServerPercent, int toClientPercent, CancellationToken cancellationToken)
    {
        await DropAsync("in iifname", toServerPercent, cancellationToken);
        await DropAsync("out oifname", toClientPercent, cancellationToken);
    }

    /// <summary>Delivers everything again.</summary>
    public Task HealAsync(CancellationToken cancellationToken) => InSpaceAsync($"{s_nft} flush table inet earshot", cancellationToken);

    /// <summary>The client's side loses its address and gets another one, as when a machine changes its network.</summary>
    public async Task ChangeAddressAsync(CancellationToken cancellationToken)
    {
        await RunAsync("ip", $"addr del {Address(0, _clients)}/24 dev {_client}", cancellationToken);
        await RunAsync("ip", $"addr add {Address(0, ++_clients)}/24 dev {_client}", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await RunAsync("ip", $"link del {_client}", CancellationToken.None, mayFail: true); // and its other end
        await RunAsync("ip", $"link del {_client}a", CancellationToken.None, mayFail: true);
        await RunAsync("ip", $"netns del {_space}", CancellationToken.None, mayFail: true);
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        await RunAsync("ip", $"netns add {_space}", cancellationToken);
        await LinkAsync(0, _client, _server, cancellationToken);
        await LinkAsync(1, _client + "a", _server + "a", cancellationToken);
        await InSpaceAsync("ip link set lo up", cancellationToken);
        await InSpaceAsync($"{s_nft} add table inet earshot", cancellationToken);
        await InSpaceAsync($"{s_nft} add chain inet earshot in {{ type filter hook input priority 0 ; }}", cancellationToken);
        await InSpaceAsync($"{s_nft} add chain inet earshot out {{ type filter hook output priority 0 ; }}", cancellationToken);
        string server = await NatsServerLocator.Newest.WaitAsync(cancellationToken);
        _process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", _space, server, "-a", "0.0.0.0", "-p", $"{Port}"]) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        await WaitForServerAsync(cancellationToken);
    }

    private async Task LinkAsync(int network, string client, string server, CancellationToken cancellationToken)
    {
        await RunAsync("ip", $"link add {client} type veth peer name {server} netns {_space}", cancellationToken);
        await RunAsync("ip", $"addr add {Address(network, 1)}/24 dev {client}", cancellationToken);
        await RunAsync("ip", $"link set {client} up", cancellationToken);
        await InSpaceAsync($"ip addr add {Address(network, 254)}/24 dev {server}", cancellationToken);
        await InSpaceAsync($"ip link set {server} up", cancellationToken);
    }

    // Two networks for each process, from a range that is meant for tests of networks.
    private static string Address(int network, int host) =>
        string.Create(CultureInfo.InvariantCulture, $"198.{18 + network}.{Environment.ProcessId % 250}.{host}");

    private async Task DropAsync(string where, int percent, CancellationToken cancellationToken)
    {
        if (percent > 0)
        {
            string rule = percent >= 100 ? "drop" : string.Create(CultureInfo.InvariantCulture, $"numgen random mod 100 < {percent} drop");
            await InSpaceAsync($"{s_nft} add rule inet earshot {where} {_server} {rule}", cancellationToken);
        }
    }

    private async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        while (!_process!.HasExited)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(Auditors, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw new InvalidOperationException("The server in the namespace ended.");
    }

    private Task InSpaceAsync(string command, CancellationToken cancellationToken) => RunAsync("ip", $"netns exec {_space} {command}", cancellationToken);

    private static async Task RunAsync(string program, string arguments, CancellationToken cancellationToken, bool mayFail = false)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments.Split(' ')) { RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"'{program}' is not on PATH. This run needs Linux with iproute2.", e);
        }

        using (process)
        {
            string error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0 && !mayFail)
            {
                throw new InvalidOperationException($"{program} {arguments}: {error.Trim()}. This run needs root.");
            }
        }
    }
}
