using System.Net;
using System.Net.Sockets;
using Earshot.RealServer;

namespace Earshot.Testing;

/// <summary>
/// A TCP proxy on loopback that breaks connections in every way a network can. It moves bytes and does not know the
/// protocol. Its rules may be changed at any time from any thread.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ReservedPort _port = ReservedPort.Take();
    private readonly List<FaultProxyConnection> _connections = [];
    private readonly List<Task> _acceptLoops = [];
    private readonly IPAddress? _host;
    private TaskCompletionSource _accepted = NewSignal();
    private Socket? _listener;
    private int _count;

    /// <summary>Listens on a free loopback port in front of a server on another one.</summary>
    /// <param name="serverPort">The port of the server.</param>
    /// <param name="host">The address of the clients as the server sees it, one of 127.0.0.0/8; null: 127.0.0.1. Others than this need Linux.</param>
    public FaultProxy(int serverPort, IPAddress? host = null)
    {
        (ServerPort, _host) = (serverPort, host);
        AcceptNew();
    }

    /// <summary>The port clients connect to; it stays the same while connections are refused.</summary>
    public int Port => _port.Number;

    /// <summary>The address clients connect to.</summary>
    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>Where connections accepted from now on lead to.</summary>
    public int ServerPort { get; set; }

    /// <summary>The rules for what clients send.</summary>
    public FaultDirection ToServer { get; } = new();

    /// <summary>The rules for what the server sends.</summary>
    public FaultDirection ToClient { get; } = new();

    /// <summary>Accepts connections from now on without ever sending a byte or calling the server.</summary>
    public bool StaySilent { get; set; }

    /// <summary>How many connections were accepted so far.</summary>
    public int Accepted
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Completes when that many connections have been accepted in total.</summary>
    public async Task WaitForAcceptedAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task accepted;
            lock (_gate)
            {
                if (_count >= count)
                {
                    return;
                }

                accepted = _accepted.Task;
            }

            await accepted.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops listening: new connections are refused by the operating system, old ones continue.</summary>
    public void RefuseNew()
    {
        lock (_gate)
        {
            _listener?.Close();
            _listener = null;
        }
    }

    /// <summary>Listens (again) on the same port.</summary>
    public void AcceptNew()
    {
        lock (_gate)
        {
            if (_listener is not null)
            {
                return;
            }

            _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
            _listener.Listen();
            _acceptLoops.Add(AcceptAsync(_listener));
        }
    }

    /// <summary>Resets every open connection on both sides (RST).</summary>
    public void ResetAll() => ForEach(connection => connection.Reset());

    /// <summary>Ends the stream towards every client in order (FIN); what clients send still arrives.</summary>
    public void EndTowardsClients() => ForEach(connection => connection.EndTowardsClient());

    /// <summary>Ends the stream towards the server in order (FIN); what the server sends still arrives.</summary>
    public void EndTowardsServer() => ForEach(connection => connection.EndTowardsServer());

    /// <summary>Stops listening, resets what is open and waits until nothing of it runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        RefuseNew();
        await Task.WhenAll(_acceptLoops);
        List<FaultProxyConnection> connections;
        lock (_gate)
        {
            connections = [.. _connections];
            _connections.Clear();
        }

        foreach (FaultProxyConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        _port.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            client.NoDelay = true;
            bool silent = StaySilent;
            Socket? server = silent ? null : await DialServerAsync();
            if (server is null && !silent)
            {
                client.Close();
            }

            Add(new FaultProxyConnection(client, server, ToServer, ToClient));
        }
    }

    private async Task<Socket?> DialServerAsync()
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (_host is not null)
            {
                server.Bind(new IPEndPoint(_host, 0));
            }

            await server.ConnectAsync(IPAddress.Loopback, ServerPort);
            return server;
        }
        catch (SocketException)
        {
            server.Dispose();
            return null;
        }
    }

    private void Add(FaultProxyConnection connection)
    {
        TaskCompletionSource accepted;
        lock (_gate)
        {
            _connections.Add(connection);
            connection.Start();
            _count++;
            accepted = _accepted;
            _accepted = NewSignal();
        }

        accepted.SetResult();
    }

    private void ForEach(Action<FaultProxyConnection> action)
    {
        foreach (FaultProxyConnection connection in Snapshot())
        {
            action(connection);
        }
    }

    private List<FaultProxyConnection> Snapshot()
    {
        lock (_gate)
        {
            return [.. _connections];
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
