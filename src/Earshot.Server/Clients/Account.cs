using Earshot.Server.Routing;

namespace Earshot.Server.Clients;

/// <summary>A separate subject space. Contains the subscriptions of its clients and counts its clients.</summary>
internal sealed class Account(NatsTestServerAccount limits)
{
    private const string GlobalName = "$G";

    private int _clients;

    public string Name => limits.Name;

    /// <summary>Whether this is the account of users without an account of their own.</summary>
    public bool IsGlobal => Name == GlobalName;

    public NatsTestServerAccount Limits => limits;

    public SubjectTree<Subscription> Subscriptions { get; } = new();

    /// <summary>Called with the subject of a subscription of a client that was added or removed; null: not needed.</summary>
    public Action<byte[]>? InterestChanged { get; set; }

    /// <summary>Called when a peer has come or gone, with all its subscriptions; null: not needed.</summary>
    public Action? PeersChanged { get; set; }

    public int Clients => Volatile.Read(ref _clients);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _clients) <= limits.MaxConnections || limits.MaxConnections == 0)
        {
            return true;
        }

        Interlocked.Decrement(ref _clients);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _clients);
}
