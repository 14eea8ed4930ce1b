using System.Collections.Immutable;

namespace Earshot.Servers;

/// <summary>
/// The servers that a connection may use, with their state. Immutable: every operation returns a new pool. Has no clock
/// and no random source of its own, never waits, and does not decide when to connect.
/// </summary>
/// <remarks>Source: ADR-40 (server pool, discovered servers, SetServerPool).</remarks>
internal sealed record ServerPool
{
    private IReadOnlyList<Uri>? _urls;

    private ServerPool(bool randomize) => Randomize = randomize;

    /// <summary>In pool order; the order of a round is <see cref="Order"/>.</summary>
    public ImmutableArray<PoolServer> Servers
    {
        get;
        internal init => (field, _urls) = (value, null);
    } = [];

    public bool Randomize { get; }

    /// <summary>Where they are. Made once, because connections with the same options begin with one pool.</summary>
    public IReadOnlyList<Uri> Urls => _urls ??= [.. Servers.Select(server => server.Address.Url)];

    internal int NextId { get; init; }

    /// <summary>Alias keys of what was ever in the pool, to distinguish a returned server from a new one; bounded.</summary>
    internal ImmutableHashSet<string> Known { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">No server, or WebSocket and other schemes mixed.</exception>
    public static ServerPool Create(IReadOnlyList<ServerAddress> seeds, bool randomize, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new ServerPool(randomize).SetServers(seeds, random, out _);
    }

    /// <summary>
    /// Applies the addresses of the cluster in an INFO. An absent or empty list removes nothing. Otherwise new
    /// entries come in, and discovered ones that are no longer listed leave, except the server the INFO came from.
    /// </summary>
    public ServerPool WithInfo(
        IReadOnlyList<string>? connectUrls,
        bool lameDuck,
        int currentServerId,
        PoolOptions options,
        Random random,
        out PoolChange change)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ServerPool pool = WithLameDuck(currentServerId, lameDuck);
        change = PoolChange.None;
        return connectUrls is not { Count: > 0 } || options.IgnoreDiscovered
            ? pool
            : AdvertisedMerge.Apply(pool, new AdvertisedList(connectUrls, currentServerId, options), random, out change);
    }

    /// <summary>Applies the fields of an INFO about its own server. An unknown id changes nothing.</summary>
    public ServerPool WithLameDuck(int id, bool lameDuck) => Find(id) is { } server && server.IsLameDuck != lameDuck
        ? Update(id, known => known with { IsLameDuck = lameDuck })
        : this;

    /// <summary>
    /// Replaces everything, discovered servers too. What is known about an address that stays is kept, its id as well; one that
    /// was parked may be tried again.
    /// </summary>
    /// <exception cref="ArgumentException">No server, or WebSocket and other schemes mixed; nothing is changed.</exception>
    public ServerPool SetServers(IReadOnlyList<ServerAddress> servers, Random random, out PoolChange change)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentNullException.ThrowIfNull(random);
        if (servers.Count == 0)
        {
            throw new ArgumentException("At least one server is required.", nameof(servers));
        }

        ServerAddress.RefuseMixedSchemes(servers);
        return PoolReplacement.Apply(this, servers, random, out change);
    }

    public PoolServer? Find(int id)
    {
        foreach (PoolServer server in Servers)
        {
            if (server.Id == id)
            {
                return server;
            }
        }

        return null;
    }

    /// <summary>The server at this address, localhost and the loopback addresses counting as one.</summary>
    public PoolServer? Find(ServerAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Servers.FirstOrDefault(server => server.Address.Key == address.Key)
            ?? Servers.FirstOrDefault(server => server.Address.AliasKey == address.AliasKey);
    }

    /// <summary>
    /// A session was established: the failures of the server are reset. An unknown id changes nothing, and neither does a server
    /// without failures: connections with the same options then continue to share one pool.
    /// </summary>
    public ServerPool Connected(int id) => Update(id, static server => server with
    {
        Attempts = 0,
        LastError = null,
        IsParked = false,
        IsLameDuck = false,
        AuthFailures = 0,
        LastAuthError = null,
    });

    /// <summary>A session that began at <paramref name="started"/> is over.</summary>
    public ServerPool Left(int id, TimeSpan started) => Update(id, server => server with { LastConnected = started });

    /// <summary>
    /// An attempt failed, in whatever phase; it counts when it was the last address of its server that was left to try. An unknown id
    /// changes nothing: the server left the pool meanwhile.
    /// </summary>
    public ServerPool Failed(int id, string error, bool isServerAttemptOver = true) => Update(id, server => server with
    {
        Attempts = isServerAttemptOver ? Saturating(server.Attempts) : server.Attempts,
        LastError = error,
    });

    /// <summary>
    /// A connection that gave up begins a new run, perhaps because the user has fixed the cause: the failures of all servers are
    /// reset. The last failure of each can still be read.
    /// </summary>
    public ServerPool WithFailuresReset(out PoolChange change)
    {
        change = new PoolChange { Returned = [.. Servers.Where(server => server.IsParked).Select(server => server.Address.Url)] };
        return this with
        {
            Servers = [.. Servers.Select(static server => server with { Attempts = 0, IsParked = false, AuthFailures = 0, LastAuthError = null })],
        };
    }

    /// <summary>
    /// The server refused our credentials. Counts refusals with the same text in a row; the failed attempt itself is reported
    /// with <see cref="Failed"/> as well.
    /// </summary>
    public ServerPool AuthFailed(int id, string errorText) => Update(id, server => server with
    {
        AuthFailures = string.Equals(server.LastAuthError, errorText, StringComparison.OrdinalIgnoreCase)
            ? Saturating(server.AuthFailures)
            : 1,
        LastAuthError = errorText,
    });

    /// <summary>Takes a server out of the rounds and keeps it in the pool.</summary>
    public ServerPool Park(int id, out PoolChange change)
    {
        PoolServer? server = Find(id);
        change = server is { IsParked: false } ? new PoolChange { Parked = [server.Address.Url] } : PoolChange.None;
        return Update(id, static parked => parked with { IsParked = true });
    }

    /// <summary>Returns a parked server to the rounds and resets its attempts.</summary>
    public ServerPool Unpark(int id, out PoolChange change)
    {
        PoolServer? server = Find(id);
        change = server is { IsParked: true } ? new PoolChange { Returned = [server.Address.Url] } : PoolChange.None;
        return change.IsEmpty ? this : Update(id, static parked => parked with { IsParked = false, Attempts = 0 });
    }

    /// <summary>
    /// The ids of one round: servers in good standing, then lame ducks, and the one just lost (<paramref name="avoidId"/>) last.
    /// Each group in random order, or in pool order when the pool keeps it. Parked servers are left out.
    /// </summary>
    public ImmutableArray<int> Order(int? avoidId, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] good = [.. Servers.Where(s => s.Id != avoidId && s is { IsParked: false, IsLameDuck: false }).Select(s => s.Id)];
        int[] lame = [.. Servers.Where(s => s.Id != avoidId && s is { IsParked: false, IsLameDuck: true }).Select(s => s.Id)];
        if (Randomize)
        {
            random.Shuffle(good);
            random.Shuffle(lame);
        }

        IEnumerable<int> avoided = Servers.Where(s => s.Id == avoidId && !s.IsParked).Select(s => s.Id);
        return [.. good, .. lame, .. avoided];
    }

    private static int Saturating(int count) => count == int.MaxValue ? count : count + 1;

    private ServerPool Update(int id, Func<PoolServer, PoolServer> change)
    {
        for (int i = 0; i < Servers.Length; i++)
        {
            if (Servers[i].Id == id)
            {
                PoolServer changed = change(Servers[i]);
                return changed == Servers[i] ? this : this with { Servers = Servers.SetItem(i, changed) };
            }
        }

        return this;
    }
}
