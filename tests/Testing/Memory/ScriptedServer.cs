using System.Net.Sockets;
using System.Threading.Channels;

namespace Earshot.Testing;

/// <summary>
/// One address that can be dialled in memory: what happens to the next dials, and the connections that came of them. Either a
/// script plays every connection, or the test accepts them one by one.
/// </summary>
internal sealed class ScriptedServer
{
    private readonly Lock _lock = new();
    private readonly Channel<ScriptedPeer> _accepted = Channel.CreateUnbounded<ScriptedPeer>();
    private readonly Queue<SocketError> _refusals = new();
    private readonly List<Task> _scripts = [];
    private readonly List<ScriptedPeer> _peers = [];
    private Func<ScriptedPeer, Task>? _script;
    private SocketError? _refusal;
    private TimeSpan _delay;
    private bool _hangs;

    public ScriptedServer(string host, int port)
    {
        Host = host;
        Port = port;
    }

    public string Host { get; }

    public int Port { get; }

    public MemoryTransportOptions TransportOptions { get; set; } = MemoryTransportOptions.Default;

    /// <summary>Every connection so far, the oldest first.</summary>
    public IReadOnlyList<ScriptedPeer> Peers
    {
        get
        {
            lock (_lock)
            {
                return [.. _peers];
            }
        }
    }

    /// <summary>All dials are refused until <see cref="Accepts"/>.</summary>
    public ScriptedServer Refuses(SocketError error = SocketError.ConnectionRefused) => Set(() => _refusal = error);

    /// <summary>The next dials are refused, later ones are not.</summary>
    public ScriptedServer RefusesNext(int times, SocketError error = SocketError.ConnectionRefused) => Set(() =>
    {
        for (int i = 0; i < times; i++)
        {
            _refusals.Enqueue(error);
        }
    });

    /// <summary>Dials neither succeed nor fail until they are cancelled.</summary>
    public ScriptedServer Hangs() => Set(() => _hangs = true);

    /// <summary>Dials take this long on the dialler's clock.</summary>
    public ScriptedServer Delays(TimeSpan delay) => Set(() => _delay = delay);

    /// <summary>Dials succeed immediately again.</summary>
    public ScriptedServer Accepts() => Set(() =>
    {
        _refusal = null;
        _refusals.Clear();
        _hangs = false;
        _delay = TimeSpan.Zero;
    });

    /// <summary>Plays every connection from now on; accepting by hand and a script exclude each other.</summary>
    public ScriptedServer Plays(Func<ScriptedPeer, Task> script) => Set(() => _script = script);

    /// <summary>The next connection that no script plays.</summary>
    public async Task<ScriptedPeer> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw new ScriptFailedException($"No client connected to {Host}:{Port}.", "", exception);
        }
    }

    /// <summary>Completes when all scripts started so far have; fails as the first failed one did.</summary>
    public Task WhenScriptsEndAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_scripts);
        }
    }

    internal async ValueTask<MemoryTransport> ConnectAsync(
        System.Net.EndPoint endPoint, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        (bool hangs, TimeSpan delay) = NextBehaviour();
        if (hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken).ConfigureAwait(false);
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var pair = new MemoryTransportPair(TransportOptions, endPoint);
        Admit(pair);
        return pair.Client;
    }

    private (bool Hangs, TimeSpan Delay) NextBehaviour()
    {
        lock (_lock)
        {
            SocketError? refusal = _refusals.TryDequeue(out SocketError next) ? next : _refusal;
            return refusal is { } error ? throw new SocketException((int)error) : (_hangs, _delay);
        }
    }

    private void Admit(MemoryTransportPair pair)
    {
        Func<ScriptedPeer, Task>? script;
        ScriptedPeer peer;
        lock (_lock)
        {
            peer = new ScriptedPeer(pair, Host, Port, _peers.Count + 1);
            _peers.Add(peer);
            script = _script;
        }

        if (script is null)
        {
            _accepted.Writer.TryWrite(peer);
            return;
        }

        Task playing = script(peer);
        lock (_lock)
        {
            _scripts.Add(playing);
        }
    }

    private ScriptedServer Set(Action change)
    {
        lock (_lock)
        {
            change();
        }

        return this;
    }
}
