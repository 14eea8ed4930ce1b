using System.Collections.Immutable;

namespace Earshot.Servers;

/// <summary>Puts a list given by the user in place of the whole pool. The list has been validated before.</summary>
internal static class PoolReplacement
{
    public static ServerPool Apply(ServerPool pool, IReadOnlyList<ServerAddress> addresses, Random random, out PoolChange change)
    {
        var remaining = pool.Servers.ToDictionary(s => s.Address.Key, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var servers = new List<PoolServer>();
        ImmutableArray<Uri>.Builder added = ImmutableArray.CreateBuilder<Uri>();
        ImmutableArray<Uri>.Builder returned = ImmutableArray.CreateBuilder<Uri>();
        int nextId = pool.NextId;

        foreach (ServerAddress address in addresses.Where(a => seen.Add(a.Key)))
        {
            if (remaining.Remove(address.Key, out PoolServer? old))
            {
                servers.Add(Keep(old, address));
                if (old.IsParked)
                {
                    returned.Add(address.Url);
                }
            }
            else
            {
                servers.Add(new PoolServer { Id = nextId++, Address = address });
                added.Add(address.Url);
            }
        }

        change = new PoolChange
        {
            Added = added.ToImmutable(),
            Returned = returned.ToImmutable(),
            Removed = [.. pool.Servers.Where(s => remaining.ContainsKey(s.Address.Key)).Select(s => s.Address.Url)],
        };
        PoolServer[] ordered = [.. servers];
        if (pool.Randomize)
        {
            random.Shuffle(ordered);
        }

        return pool with
        {
            Servers = [.. ordered],
            NextId = nextId,
            Known = pool.Known.Clear().Union(ordered.Select(s => s.Address.AliasKey)),
        };
    }

    private static PoolServer Keep(PoolServer old, ServerAddress address)
    {
        // Other credentials deserve another try; refusals of the old ones say nothing about them.
        bool sameCredentials = Equals(old.Address.UserInfo, address.UserInfo);
        return old with
        {
            Address = address,
            IsDiscovered = false,
            DiscoveredThrough = null,
            IsParked = false,
            Attempts = old.IsParked ? 0 : old.Attempts,
            AuthFailures = sameCredentials ? old.AuthFailures : 0,
            LastAuthError = sameCredentials ? old.LastAuthError : null,
        };
    }
}
