using System.Collections.Concurrent;
using System.IO.Pipelines;
using Earshot.Server.Clients;
using Earshot.Server.Links;

namespace Earshot.Server.Listening;

/// <summary>
/// Opens and closes the port, takes clients from memory, and ends them all. It does not process the protocol.
/// </summary>
internal sealed class ServerHost(ServerState state, ClientHandler handler) : IAsyncDisposable
{
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Task, byte> _inMemory = new();

    // No client comes from memory between the end of the port and that of the clients.
    private readonly Lock _lock = new();
    private PortReservation? _port;
    private Listener? _listener;
    private int _refusals;
    private long _refusedUntil; // a timestamp; 0: not by time
    private volatile bool _isOpen;

    public ServerState State => state;

    /// <summary>How many connections are still refused; <see cref="int.MaxValue"/> until further notice.</summary>
    public int Refusals
    {
        get => Volatile.Read(ref _refusals);
        set => Volatile.Write(ref _refusals, value);
    }

    /// <summary>Refuses all connections for this duration from now on; zero ends that.</summary>
    public void RefuseFor(TimeSpan duration) =>
        Volatile.Write(ref _refusedUntil, duration == TimeSpan.Zero ? 0 : state.Clock.GetTimestamp() + (long)(duration.TotalSeconds * state.Clock.TimestampFrequency));

    /// <summary>Whether one more client is turned away; asked once per client, since it may count.</summary>
    public bool RefusesClient() => !_isOpen || state.IsLameDuck || Refuse();

    /// <exception cref="IOException">The port is in use.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _isOpen = true;
        if (state.Options.Listen)
        {
            _port ??= new PortReservation(state.Options.Port);
            _listener = await Listener.StartAsync(_port.Number, handler, Refuse, cancellationToken).ConfigureAwait(false);
            state.Port = _listener.Port;
            _port.Number = _listener.Port;
        }
        else
        {
            state.Port = state.Options.Port;
        }
    }

    /// <summary>Closes the port; connected clients stay connected.</summary>
    public async Task CloseListenerAsync()
    {
        lock (_lock)
        {
            _isOpen = false;
        }

        if (Interlocked.Exchange(ref _listener, null) is { } listener)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <exception cref="IOException">The server refuses connections at the moment.</exception>
    public IDuplexPipe ConnectInMemory()
    {
        if (RefusesClient())
        {
            throw new IOException("The server refuses connections.");
        }

        (MemoryDuplex? client, MemoryDuplex? server) = MemoryDuplex.CreatePair();
        Task serving;
        lock (_lock)
        {
            // It may have been closed after the first check, and then its clients too: none is added behind them.
            if (!_isOpen)
            {
                throw new IOException("The server refuses connections.");
            }

            serving = ServeInMemoryAsync(server);
            _inMemory.TryAdd(serving, 0);
        }

        _ = serving.ContinueWith(done => _inMemory.TryRemove(done, out _), TaskScheduler.Default);
        return client;
    }

    /// <summary>Disconnects all clients without notice, as a server that is stopped does, and waits until they are removed.</summary>
    public async Task CloseClientsAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check()
        {
            if (state.Clients.Count == 0)
            {
                gone.TrySetResult();
            }
        }

        state.Clients.Changed += Check;
        foreach (ClientConnection client in state.Clients.Open)
        {
            client.Close(ClosedReason.ServerShutdown);
        }

        Check();
        while (!gone.Task.IsCompleted)
        {
            try
            {
                // In real time: a test that ends does not move its clock any more.
                await gone.Task.WaitAsync(s_closeTimeout, state.Options.RealTime).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Repeated, because a client may have connected while the others were notified.
                foreach (ClientConnection client in state.Clients.Open)
                {
                    client.Abort(reset: false);
                }
            }
        }

        state.Clients.Changed -= Check;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseListenerAsync().ConfigureAwait(false);
        await CloseClientsAsync().ConfigureAwait(false);
        await Task.WhenAll(_inMemory.Keys).ConfigureAwait(false);
        _port?.Dispose();
    }

    private async Task ServeInMemoryAsync(MemoryDuplex server)
    {
        var link = new PipeLink(server, remote: null, reset => server.Abort(reset ? new IOException("Connection reset.") : null));
        await using (link.ConfigureAwait(false))
        {
            await handler.ServeAsync(link).ConfigureAwait(false);
        }
    }

    private bool Refuse()
    {
        if (Volatile.Read(ref _refusedUntil) is > 0 and var until && state.Clock.GetTimestamp() < until)
        {
            return true;
        }

        int left = Refusals;
        while (left > 0)
        {
            if (left == int.MaxValue || Interlocked.CompareExchange(ref _refusals, left - 1, left) == left)
            {
                return true;
            }

            left = Refusals;
        }

        return false;
    }
}
