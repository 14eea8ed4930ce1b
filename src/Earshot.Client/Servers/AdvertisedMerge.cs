using System.Collections.Immutable;

namespace Earshot.Servers;

/// <summary>
/// Merges what a server advertises into the pool. The text is hostile until read: refused entries are reported and skipped.
/// </summary>
internal static class AdvertisedMerge
{
    private const int KnownLimit = 8192;
    private const int RejectedLimit = 64;

    public static ServerPool Apply(ServerPool pool, AdvertisedList list, Random random, out PoolChange change)
    {
        PoolServer? from = pool.Find(list.FromServerId);
        ImmutableArray<RejectedAddress>.Builder rejected = ImmutableArray.CreateBuilder<RejectedAddress>();
        Dictionary<string, ServerAddress> listed = Read(list, from?.Address.Scheme ?? "nats", rejected);
        if (listed.Count == 0)
        {
            change = new PoolChange { Rejected = rejected.ToImmutable() };
            return pool;
        }

        // A truncated list does not show what is missing from it.
        bool isComplete = list.Urls.Count <= PoolOptions.AdvertisedLimit;
        bool Stays(PoolServer s) =>
            !isComplete || !s.IsDiscovered || s.Id == list.FromServerId || listed.ContainsKey(s.Address.AliasKey);

        PoolServer[] removed = [.. pool.Servers.Where(s => !Stays(s))];
        PoolServer[] kept = [.. pool.Servers.Where(Stays).Select(s => Refresh(s, listed, list.FromServerId))];
        HashSet<string> present = [.. kept.Select(s => s.Address.AliasKey)];
        ServerAddress[] incoming = [.. listed.Values.Where(a => !present.Contains(a.AliasKey))];
        change = new PoolChange
        {
            Added = [.. incoming.Where(a => !pool.Known.Contains(a.AliasKey)).Select(a => a.Url)],
            Returned = [.. incoming.Where(a => pool.Known.Contains(a.AliasKey)).Select(a => a.Url)],
            Removed = [.. removed.Select(s => s.Address.Url)],
            Rejected = rejected.ToImmutable(),
        };
        if (pool.Randomize)
        {
            random.Shuffle(incoming);
        }

        return Append(pool, kept, incoming, from);
    }

    private static ServerPool Append(ServerPool pool, PoolServer[] kept, ServerAddress[] incoming, PoolServer? from)
    {
        ServerAddress? through = from is { IsDiscovered: true } ? from.DiscoveredThrough : from?.Address;
        int nextId = pool.NextId;
        PoolServer[] added = [.. incoming.Select(a => new PoolServer
        {
            Id = nextId++,
            Address = a,
            IsDiscovered = true,
            DiscoveredThrough = through,
        })];
        return pool with { Servers = [.. kept, .. added], NextId = nextId, Known = Remember(pool.Known, kept, added) };
    }

    // A server that another one advertises is available again: servers do not advertise a lame duck server.
    private static PoolServer Refresh(PoolServer server, Dictionary<string, ServerAddress> listed, int fromServerId) =>
        server.IsLameDuck && server.Id != fromServerId && listed.ContainsKey(server.Address.AliasKey)
            ? server with { IsLameDuck = false }
            : server;

    private static Dictionary<string, ServerAddress> Read(
        AdvertisedList list, string scheme, ImmutableArray<RejectedAddress>.Builder rejected)
    {
        var listed = new Dictionary<string, ServerAddress>(StringComparer.Ordinal);
        int limit = PoolOptions.AdvertisedLimit;
        for (int i = 0; i < list.Urls.Count && i < limit; i++)
        {
            string? text = list.Urls[i];
            if (ServerAddress.TryParseAdvertised(text, scheme, out ServerAddress? address, out string? reason)
                && IsWanted(list.Options.Filter, address, out reason))
            {
                listed.TryAdd(address.AliasKey, address);
            }
            else if (rejected.Count < RejectedLimit)
            {
                rejected.Add(new RejectedAddress(ServerUrlGrammar.Redact(text), reason ?? ""));
            }
        }

        if (list.Urls.Count > limit)
        {
            rejected.Add(new RejectedAddress("", $"the list has {list.Urls.Count} entries; only the first {limit} are used"));
        }

        return listed;
    }

    private static bool IsWanted(Func<string, int, bool>? filter, ServerAddress address, out string? reason)
    {
        reason = null;
        try
        {
            if (filter is null || filter(address.Host, address.Port))
            {
                return true;
            }

            reason = "rejected by the filter";
        }
        catch (Exception exception)
        {
            reason = $"the filter threw {exception.GetType().Name}";
        }

        return false;
    }

    // Forgetting only makes a returned server look new; remembering without end would let a server fill the memory.
    private static ImmutableHashSet<string> Remember(ImmutableHashSet<string> known, PoolServer[] kept, PoolServer[] added)
    {
        ImmutableHashSet<string> remembered = known.Count + added.Length <= KnownLimit
            ? known
            : known.Clear().Union(kept.Select(s => s.Address.AliasKey));
        return remembered.Union(added.Select(s => s.Address.AliasKey));
    }
}
