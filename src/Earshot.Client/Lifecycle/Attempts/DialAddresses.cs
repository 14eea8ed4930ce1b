using System.Net;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Which of the addresses that a resolver has returned for a name are dialled, and in which order.</summary>
internal static class DialAddresses
{
    /// <summary>All addresses of a name are tried before the next server: a name with thousands of them must not keep the connection from it.</summary>
    public const int Most = 16;

    /// <summary>Returns at most <see cref="Most"/> addresses, each once, without those that no server can have; in random order unless <paramref name="random"/> is null.</summary>
    public static IPAddress[] Choose(IReadOnlyList<IPAddress> found, Random? random)
    {
        IPAddress[] usable = [.. found.Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Distinct().Where(static address => HostNameGrammar.RefuseUnreachable(address) is null)];
        random?.Shuffle(usable);
        return usable.Length > Most ? usable[..Most] : usable;
    }
}
