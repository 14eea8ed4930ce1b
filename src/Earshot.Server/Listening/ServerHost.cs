using System.Collections.Concurrent;
using System.IO.Pipelines;
using Earshot.Server.Clients;
using Earshot.Server.Links;

namespace Earshot.Server.Listening;

/// <summary>
/// Opens and closes the port, takes clients from memory, and ends them all. What a client says is not its business.
/// </summary>
internal sealed class ServerHost(ServerState state, ClientHandler handler) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _inMemory = new();
    private Listener? _listener;
    private int _refusals;

    public ServerState State => state;

    /// <summary>How many connections are still refused; <see cref="int.MaxValue"/> until further notice.</summary>
    public int Refusals
    {
        get => Volatile.Read(ref _refusals);
        set => Volatile.Write(ref _refusals, value);
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (state.Options.Listen)
        {
            var port = state.Port != 0 ? state.Port : state.Options.Port;
            _listener = await Listener.StartAsync(port, handler, Refuse, cancellationToken).ConfigureAwait(false);
            state.Port = _listener.Port;
        }
    }

    /// <summary>Closes the port; whoever is connected stays so.</summary>
    public async Task CloseListenerAsync()
    {
        if (Interlocked.Exchange(ref _listener, null) is { } listener)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <exception cref="IOException">The server refuses connections at the moment.</exception>
    public IDuplexPipe ConnectInMemory()
    {
        if (state.IsLameDuck || Refuse())
        {
            throw new IOException("The server refuses connections.");
        }

        var (client, server) = MemoryDuplex.CreatePair();
        var serving = handler.ServeAsync(server, remote: null, reset => server.Abort(new IOException(reset ? "Connection reset." : "Connection closed.")));
        _inMemory.TryAdd(serving, 0);
        _ = serving.ContinueWith(done => _inMemory.TryRemove(done, out _), TaskScheduler.Default);
        return client;
    }

    /// <summary>Ends all clients without a word, as a server that is stopped does, and waits until they are gone.</summary>
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
        foreach (var client in state.Clients.Open)
        {
            if (!client.Close(ClosedReason.ServerShutdown) || client.Outbox.Pending > 0)
            {
                client.Abort(reset: false);
            }
        }

        Check();
        await gone.Task.ConfigureAwait(false);
        state.Clients.Changed -= Check;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseListenerAsync().ConfigureAwait(false);
        await CloseClientsAsync().ConfigureAwait(false);
        await Task.WhenAll(_inMemory.Keys).ConfigureAwait(false);
    }

    private bool Refuse()
    {
        var left = Refusals;
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
