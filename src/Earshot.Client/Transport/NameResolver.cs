using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Earshot.Transport;

/// <summary>
/// Queries the IPv4 and the IPv6 addresses of a name separately, so that a resolver that loses one of the two answers does not delay
/// the other. No cache: only queries in progress are shared.
/// </summary>
/// <remarks>Source: RFC 8305, section 3 (the wait for the second answer).</remarks>
/// <param name="query">Asks for the addresses of one family.</param>
/// <param name="hasRoute">Whether the machine can send to an address.</param>
/// <param name="time">The clock of the wait.</param>
internal sealed class NameResolver(Func<string, AddressFamily, Task<IPAddress[]>> query, Func<IPAddress, bool> hasRoute, TimeProvider time)
{
    private static readonly TimeSpan s_secondFamilyDelay = TimeSpan.FromMilliseconds(50);

    // A blocked query holds a thread of the pool: all connections of the process that ask for a name share one per family.
    private static readonly ConcurrentDictionary<(string Host, AddressFamily Family), Task<IPAddress[]>> s_running = new();

    public NameResolver(TimeProvider time)
        : this(QuerySystemAsync, HasRoute, time)
    {
    }

    /// <summary>IPv4 first, then IPv6.</summary>
    /// <exception cref="SocketException">The name has no address, or the resolver is unreachable.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host)
    {
        Task<IPAddress[]> v4 = query(host, AddressFamily.InterNetwork);
        if (!Socket.OSSupportsIPv6)
        {
            return await v4.ConfigureAwait(false);
        }

        Task<IPAddress[]> v6 = query(host, AddressFamily.InterNetworkV6);
        _ = ObserveAsync(v4);
        _ = ObserveAsync(v6);
        Task<IPAddress[]> first = await Task.WhenAny(v4, v6).ConfigureAwait(false);
        Task second = first == v4 ? v6 : v4;
        // An answer that is of no use here, as IPv6 in most containers, is not worth leaving the other one behind.
        await (Array.Exists(Found(first), hasRoute.Invoke) ? second.WaitAsync(s_secondFamilyDelay, time) : second).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        IPAddress[] found = [.. Found(v4), .. Found(v6)];
        return found.Length > 0 ? found : await v4.ConfigureAwait(false); // which fails, or has none either
    }

    // One of them may fail where the other finds something, or when no caller waits any more.
    private static async Task ObserveAsync(Task answer) => await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static bool HasAddresses(Task<IPAddress[]> answer) => answer is { IsCompletedSuccessfully: true, Result.Length: > 0 };

    private static IPAddress[] Found(Task<IPAddress[]> answer) => HasAddresses(answer) ? answer.Result : [];

    // Connecting a socket for datagrams looks the route up and sends nothing.
    private static bool HasRoute(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, 1);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is not (SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported);
        }
    }

    private static Task<IPAddress[]> QuerySystemAsync(string host, AddressFamily family)
    {
        if (OperatingSystem.IsWindows())
        {
            return Dns.GetHostAddressesAsync(host, family); // asynchronous there; elsewhere queries for one name wait for each other
        }

        var own = new Query(host, family);
        Task<IPAddress[]> shared = s_running.GetOrAdd((host, family), own.Answer);
        if (shared == own.Answer)
        {
            ThreadPool.UnsafeQueueUserWorkItem(own, preferLocal: false);
        }

        return shared;
    }

    private sealed class Query(string host, AddressFamily family) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<IPAddress[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IPAddress[]> Answer => _answer.Task;

        public void Execute()
        {
            try
            {
                _answer.TrySetResult(Dns.GetHostAddresses(host, family));
            }
            catch (Exception e)
            {
                _answer.TrySetException(e);
                _ = Answer.Exception; // the caller may no longer wait
            }

            s_running.TryRemove((host, family), out _);
        }
    }
}
