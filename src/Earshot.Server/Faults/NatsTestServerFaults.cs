using Earshot.Server.Clients;
using Earshot.Server.Faults;
using Earshot.Server.Listening;

namespace Earshot;

/// <summary>What can be done to a whole server. Every verb acts at once and from any thread, unless it says otherwise.</summary>
public sealed class NatsTestServerFaults
{
    private readonly ServerHost _host;
    private readonly FaultyLinks _links;

    // Ends the lame duck mode that is under way, if there is one.
    private Action _lameDuckCancellation = static () => { };

    internal NatsTestServerFaults(ServerHost host, FaultyLinks links)
    {
        _host = host;
        _links = links;
    }

    private ServerState State => _host.State;

    /// <summary>Cuts every connection; new ones are accepted.</summary>
    /// <param name="how">With FIN (default), with RST, or in the middle of a message.</param>
    public void Drop(NatsTestServerDrop how = NatsTestServerDrop.Fin) => ForAll(faults => faults.Drop(how));

    /// <summary>
    /// The whole server stands still, as when its process is stopped: no timer of its clients runs, new clients connect and
    /// hear nothing.
    /// </summary>
    /// <param name="what">Which direction; default both.</param>
    public void Freeze(NatsTestServerFreeze what = NatsTestServerFreeze.All) => _links.Freeze(what);

    /// <summary>Ends freezing and every other fault of the connections; what waited goes on.</summary>
    public void Thaw() => _links.Thaw();

    /// <summary>Every connection looks alive and loses what is sent in either direction, until <see cref="Thaw"/>.</summary>
    public void HalfOpen() => ForAll(faults => faults.HalfOpen());

    /// <summary>Holds back everything that is sent to the connected clients, in order.</summary>
    /// <param name="delay">Before every write; zero ends it.</param>
    public void Delay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ForAll(faults => faults.Delay(delay));
    }

    /// <summary>Limits the rate at which bytes are sent to each connected client.</summary>
    /// <param name="bytesPerSecond">0 ends it.</param>
    public void Throttle(int bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        ForAll(faults => faults.Throttle(bytesPerSecond));
    }

    /// <summary>Turns the bits of the next bytes around that are sent to each connected client.</summary>
    /// <param name="bytes">How many bytes.</param>
    public void Corrupt(int bytes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ForAll(faults => faults.Corrupt(bytes));
    }

    /// <summary>Sends an -ERR to every client.</summary>
    /// <param name="text">What stands between the quotes.</param>
    /// <param name="close">Whether the connections are closed behind it.</param>
    public void SendError(string text, bool close = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ForAll(faults => faults.SendError(text, close));
    }

    /// <summary>The credentials of every client run out.</summary>
    public void ExpireCredentials() => ForAll(faults => faults.ExpireCredentials());

    /// <summary>The credentials of every client are revoked.</summary>
    public void RevokeCredentials() => ForAll(faults => faults.RevokeCredentials());

    /// <summary>Every client is a slow consumer: the end, without a word.</summary>
    public void Evict() => ForAll(faults => faults.Evict());

    /// <summary>Denies a subject to every connected client; those who come later have what the options say.</summary>
    /// <param name="subject">A subject or pattern.</param>
    public void RevokePermission(string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        ForAll(faults => faults.RevokePermission(subject));
    }

    /// <summary>Replaces the permissions of every connected client; those who come later have what the options say.</summary>
    /// <param name="permissions">What is allowed from now on.</param>
    public void ChangePermissions(NatsTestServerPermissions permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        ForAll(faults => faults.ChangePermissions(permissions));
    }

    /// <summary>Tells every client these addresses of the cluster, in INFO, and those who come later as well.</summary>
    /// <param name="urls">host:port, without a scheme; none stands for "no information".</param>
    public void Advertise(params string[] urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        State.ConnectUrls = urls.Length == 0 ? null : [.. urls];
        State.BroadcastInfo();
    }

    /// <summary>Lowers or raises the limit of a message without telling anybody, as a reload does.</summary>
    /// <param name="bytes">Of headers and payload.</param>
    public void ShrinkMaxPayload(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        State.MaxPayload = bytes;
    }

    /// <summary>Resets all connections before they hear anything, until <see cref="AcceptConnections"/>.</summary>
    public void RefuseConnections() => RefuseConnections(int.MaxValue);

    /// <summary>Resets the next connections before they hear anything.</summary>
    /// <param name="count">How many.</param>
    public void RefuseConnections(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _host.Refusals = count;
    }

    /// <summary>Resets connections before they hear anything, for some time on the server's clock.</summary>
    /// <param name="duration">For how long.</param>
    public void RefuseConnections(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        _host.RefuseFor(duration);
    }

    /// <summary>
    /// The next connections hear an -ERR behind INFO that there are too many at once, in clear text even where TLS should begin, as
    /// from a server that limits the rate of TLS connections.
    /// </summary>
    /// <param name="count">How many; 0 ends it.</param>
    public void ThrottleConnections(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        State.Throttled = count;
    }

    /// <summary>Ends <c>RefuseConnections</c>, be it by number or by time.</summary>
    public void AcceptConnections()
    {
        _host.Refusals = 0;
        _host.RefuseFor(TimeSpan.Zero);
    }

    /// <summary>Ends all clients without a word and starts again on the same port with a new id and no subscription.</summary>
    /// <param name="cancellationToken">Ends the wait for the port.</param>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        State.Renew();
        await _host.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops as a stopped process does: the port closes, clients end without a word. <see cref="RestartAsync"/> revives.</summary>
    public async Task StopAsync()
    {
        Volatile.Read(ref _lameDuckCancellation)();
        await _host.CloseListenerAsync().ConfigureAwait(false);
        await _host.CloseClientsAsync().ConfigureAwait(false);
        _links.Thaw();
    }

    /// <summary>
    /// The port closes, clients are told, and after the grace period they are closed one after another, on the server's
    /// clock. The clients have been told when the method returns its task.
    /// </summary>
    /// <returns>A task that completes when the last client is gone, or when the server is stopped or restarted before.</returns>
    public Task EnterLameDuckModeAsync() => LeaveAsync();

    /// <summary>False when the server was stopped or restarted before its last client had left.</summary>
    internal Task<bool> LeaveAsync()
    {
        var leaving = new CancellationTokenSource();
        Interlocked.Exchange(ref _lameDuckCancellation, leaving.Cancel)();
        State.IsLameDuck = true;
        if (State.Options.ClusterName is null && State.ClusterName is null)
        {
            State.ConnectUrls = null;
        }

        State.BroadcastInfo();
        return RunLameDuckModeAsync(leaving.Token);
    }

    private async Task<bool> RunLameDuckModeAsync(CancellationToken stopped)
    {
        try
        {
            await CloseClientsGraduallyAsync(stopped).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task CloseClientsGraduallyAsync(CancellationToken stopped)
    {
        (TimeProvider? clock, NatsTestServerOptions? options) = (State.Clock, State.Options);
        long start = clock.GetTimestamp();
        TimeSpan due = State.Clients.Count > 0 ? options.LameDuckGracePeriod : TimeSpan.Zero;
        Task grace = UntilAsync(start, due, stopped);
        await _host.CloseListenerAsync().ConfigureAwait(false);
        await grace.ConfigureAwait(false);

        IReadOnlyList<ClientConnection> clients = State.Clients.Open;
        TimeSpan left = options.LameDuckDuration - options.LameDuckGracePeriod;
        TimeSpan pause = clients.Count == 0 ? TimeSpan.Zero : left / clients.Count;
        pause = pause > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : pause;
        foreach (ClientConnection client in clients)
        {
            await UntilAsync(start, due, stopped).ConfigureAwait(false);
            client.Close(ClosedReason.ServerShutdown);
            due += pause * (0.5 + (State.NextDouble() / 2));
        }

        await _host.CloseClientsAsync().ConfigureAwait(false);
    }

    // Counted from the start, so that a clock that is moved in leaps is not waited for twice.
    private Task UntilAsync(long start, TimeSpan due, CancellationToken stopped)
    {
        stopped.ThrowIfCancellationRequested();
        TimeSpan left = due - State.Clock.GetElapsedTime(start);
        return left > TimeSpan.Zero ? Task.Delay(left, State.Clock, stopped) : Task.CompletedTask;
    }

    private void ForAll(Action<NatsTestServerClientFaults> act)
    {
        foreach (ClientConnection client in State.Clients.Open)
        {
            act(_links.Of(client));
        }
    }
}
