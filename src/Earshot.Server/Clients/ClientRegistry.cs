using System.Collections.Concurrent;

namespace Earshot.Server.Clients;

/// <summary>The connected clients, and the last disconnected ones. Thread-safe.</summary>
internal sealed class ClientRegistry(TimeProvider clock)
{
    private const int MaxClosedClients = 1000;

    private readonly ConcurrentDictionary<long, ClientConnection> _open = new();
    private readonly ConcurrentQueue<ClosedClient> _closed = new();

    /// <summary>A client was accepted, has connected or has disconnected.</summary>
    public event Action? Changed;

    public int Count => _open.Count;

    /// <summary>Whether there are at least this number of clients. One that is closed and still being removed does not count: its peer may have seen the end already.</summary>
    public bool HasAtLeast(int count) => _open.Count >= count && _open.Values.Count(static client => !client.IsClosed) >= count;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<ClientConnection> Open => [.. _open.Values.OrderBy(client => client.Id)];

    /// <summary>The last thousand disconnected clients, oldest first.</summary>
    public IReadOnlyList<ClosedClient> Closed => [.. _closed];

    public void Add(ClientConnection client)
    {
        _open[client.Id] = client;
        Changed?.Invoke();
    }

    /// <param name="client">The disconnected client.</param>
    /// <param name="subscriptions">What it was subscribed to at the end.</param>
    public void Remove(ClientConnection client, IReadOnlyCollection<Subscription> subscriptions)
    {
        // In this order, so that a reader that misses it among the open ones finds it among the closed ones.
        _closed.Enqueue(new ClosedClient(client, clock.GetUtcNow(), subscriptions));
        while (_closed.Count > MaxClosedClients)
        {
            _closed.TryDequeue(out _);
        }

        _open.TryRemove(client.Id, out _);
        Changed?.Invoke();
    }

    public void NoteChanged() => Changed?.Invoke();
}
