using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Earshot.Transport;

namespace Earshot.Testing;

/// <summary>One dial as it was asked for.</summary>
internal sealed record ScriptedDial(TransportTarget Target, DateTimeOffset At);

/// <summary>
/// Dials in-memory servers by host and port. An address without a listener refuses, an unregistered name is not found.
/// </summary>
internal sealed class ScriptedDialer : ITransportDialer
{
    private readonly TimeProvider _timeProvider;
    private readonly ConcurrentDictionary<(string Host, int Port), ScriptedServer> _servers = new();
    private readonly ConcurrentDictionary<string, Func<CancellationToken, ValueTask<IPAddress[]>>> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ScriptedDial> _dials = new();
    private int _resolutions;

    public ScriptedDialer(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Every dial so far, in order.</summary>
    public IReadOnlyList<ScriptedDial> Dials => [.. _dials];

    /// <summary>How often a name was resolved.</summary>
    public int Resolutions => Volatile.Read(ref _resolutions);

    /// <summary>The server at this host (name or literal address) and port; made when it does not exist.</summary>
    public ScriptedServer Server(string host, int port = 4222) =>
        _servers.GetOrAdd((host, port), static key => new ScriptedServer(key.Host, key.Port));

    /// <summary>The name resolves to these addresses; none means that it is not found.</summary>
    public ScriptedDialer Resolves(string host, params IPAddress[] addresses)
    {
        _names[host] = _ => addresses.Length > 0
            ? ValueTask.FromResult(addresses)
            : throw new SocketException((int)SocketError.HostNotFound);
        return this;
    }

    /// <summary>The name resolves to the loopback address, or to none, after this long on the dialler's clock.</summary>
    public ScriptedDialer ResolvesAfter(string host, TimeSpan delay, bool hasAddress = true)
    {
        _names[host] = async cancellationToken =>
        {
            await Task.Delay(delay, _timeProvider, cancellationToken).ConfigureAwait(false);
            return hasAddress ? [IPAddress.Loopback] : [];
        };
        return this;
    }

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _resolutions);
        if (_names.TryGetValue(host, out Func<CancellationToken, ValueTask<IPAddress[]>>? resolve))
        {
            return resolve(cancellationToken);
        }

        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return ValueTask.FromResult<IPAddress[]>([literal]);
        }

        return _servers.Keys.Any(key => key.Host == host)
            ? ValueTask.FromResult<IPAddress[]>([IPAddress.Loopback])
            : ValueTask.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
    }

    /// <summary>A server registered under the name wins over one registered under the address.</summary>
    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken)
    {
        _dials.Enqueue(new ScriptedDial(target, _timeProvider.GetUtcNow()));
        if (!_servers.TryGetValue((target.Host, target.Port), out ScriptedServer? server)
            && (target.Address is not { } address || !_servers.TryGetValue((address.ToString(), target.Port), out server)))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        var endPoint = new IPEndPoint(target.Address ?? IPAddress.Loopback, target.Port);
        return await server.ConnectAsync(endPoint, _timeProvider, cancellationToken).ConfigureAwait(false);
    }
}
