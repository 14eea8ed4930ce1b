using System.Collections.Concurrent;
using Earshot.Server.Access;

namespace Earshot.Server.Clients;

/// <summary>
/// What all connections of one server share. Thread-safe; sends nothing by itself. What can be changed while it runs is
/// changed by faults and by the mock cluster.
/// </summary>
internal sealed class ServerState
{
    private readonly Lock _randomLock = new();
    private readonly Random _random;
    private readonly ConcurrentDictionary<string, Account> _accounts = new();
    private long _lastClientId = 4;
    private volatile int _maxPayload;
    private int _throttled;

    public ServerState(NatsTestServerOptions options, Random random)
    {
        Options = options;
        _random = random;
        _maxPayload = options.MaxPayload;
        Id = CreateId(random);
        ClusterName = options.ClusterName;
        Authenticator = new Authenticator(options);
        Clients = new ClientRegistry(options.TimeProvider);
        StartedAt = options.TimeProvider.GetUtcNow();
    }

    /// <summary>A client has gained or lost a subscription.</summary>
    public event Action? InterestChanged;

    public NatsTestServerOptions Options { get; }

    public TimeProvider Clock => Options.TimeProvider;

    public string Id { get; private set; }

    public string Name => Options.Name ?? Id;

    public DateTimeOffset StartedAt { get; }

    public int Port { get; set; }

    public string? ClusterName { get; set; }

    public Authenticator Authenticator { get; }

    public ClientRegistry Clients { get; }

    public ServerStatistics Statistics { get; } = new();

    public IEnumerable<Account> Accounts => _accounts.Values;

    /// <summary>Full list of client addresses as INFO gives it; <see langword="null"/> leaves the topology out.</summary>
    public IReadOnlyList<string>? ConnectUrls { get; set; }

    public bool IsLameDuck { get; set; }

    /// <summary>Servers that messages are forwarded to, in memory.</summary>
    public IReadOnlyList<ServerState> Peers { get; set; } = [];

    /// <summary>Called with every message a client was allowed to publish, on its read loop; <see langword="null"/> for none.</summary>
    public PublishObserver? Published { get; set; }

    public int MaxPayload
    {
        get => _maxPayload;
        set => _maxPayload = value;
    }

    /// <summary>Called when the server has stopped, before it can be started again; <see langword="null"/> for none.</summary>
    public Action? Stopped { get; set; }

    /// <summary>What a restart changes: a new identity, and no lame duck any more.</summary>
    public void Renew()
    {
        lock (_randomLock)
        {
            Id = CreateId(_random);
        }

        IsLameDuck = false;
        MaxPayload = Options.MaxPayload;
    }

    /// <summary>The number of next connections that are rejected with the error for too many simultaneous connections.</summary>
    public int Throttled
    {
        get => Volatile.Read(ref _throttled);
        set => Volatile.Write(ref _throttled, value);
    }

    /// <summary>Whether this connection is one of them.</summary>
    public bool TryThrottle()
    {
        for (int left = Throttled; left > 0; left = Throttled)
        {
            if (Interlocked.CompareExchange(ref _throttled, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }

    public long NextClientId() => Interlocked.Increment(ref _lastClientId);

    /// <summary>Called once with each account, before it has clients.</summary>
    public Action<Account>? AccountAdded { get; set; }

    public Account AccountOf(string name)
    {
        if (!_accounts.TryGetValue(name, out Account? account))
        {
            lock (_accounts)
            {
                if (!_accounts.TryGetValue(name, out account))
                {
                    account = new Account(Options.Accounts.FirstOrDefault(limits => limits.Name == name) ?? new NatsTestServerAccount(name));
                    AccountAdded?.Invoke(account);
                    _accounts[name] = account;
                }
            }
        }

        return account;
    }

    public Account? FindAccount(string name) => _accounts.GetValueOrDefault(name);

    public double NextDouble()
    {
        lock (_randomLock)
        {
            return _random.NextDouble();
        }
    }

    /// <summary>A subscription was added or removed: JetStream of the account is notified of it, also on a peer.</summary>
    public void NoteInterestChanged(Account account, byte[] subject)
    {
        InterestChanged?.Invoke();
        account.InterestChanged?.Invoke(subject);
        foreach (ServerState peer in Peers)
        {
            peer.FindAccount(account.Name)?.InterestChanged?.Invoke(subject);
        }
    }

    /// <summary>A peer has come or gone: what it is subscribed to may have changed for JetStream of each account.</summary>
    public void NotePeersChanged()
    {
        foreach (Account account in _accounts.Values)
        {
            account.PeersChanged?.Invoke();
        }
    }

    /// <summary>Sends the current INFO to all clients that accept INFO lines after the first.</summary>
    public void BroadcastInfo()
    {
        foreach (ClientConnection? client in Clients.Open.Where(client => client.WantsInfo))
        {
            client.SendInfo();
        }
    }

    // The shape of a server's public key; nothing signs with it.
    private static string CreateId(Random random) =>
        "N" + string.Create(55, random, static (text, random) => random.GetItems("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", text));
}
