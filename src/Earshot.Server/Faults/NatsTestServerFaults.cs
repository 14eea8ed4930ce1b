using Earshot.Server.Clients;
using Earshot.Server.Faults;
using Earshot.Server.Listening;

namespace Earshot;

/// <summary>
/// The faults that can be injected into a whole server. Every method takes effect immediately and can be called from any thread, unless
/// documented otherwise.
/// </summary>
public sealed class NatsTestServerFaults
{
    private readonly ServerHost _host;
    private readonly FaultyLinks _links;

    // Ends the lame duck mode that is in progress, if there is one.
    private Action _lameDuckCancellation = static () => { };

    internal NatsTestServerFaults(ServerHost host, FaultyLinks links)
    {
        _host = host;
        _links = links;
    }

    private ServerState State => _host.State;

    /// <summary>Closes all connections; new ones are accepted.</summary>
    /// <param name="how">With FIN (default), with RST, or in the middle of a message.</param>
    public void Drop(NatsTestServerDrop how = NatsTestServerDrop.Fin) => ForAll(faults => faults.Drop(how));

    /// <summary>
    /// Stops the connections of the whole server as when its process is suspended: their timers do not elapse, and new clients connect and receive nothing.
    /// JetStream keeps its timers: what it sends meanwhile arrives after <see cref="Thaw"/>.
    /// </summary>
    /// <param name="what">The direction to stop; default: both.</param>
    public void Freeze(NatsTestServerFreeze what = NatsTestServerFreeze.All) => _links.Freeze(what);

    /// <summary>Ends freeze and all other faults of the connections; held data is processed.</summary>
    public void Thaw() => _links.Thaw();

    /// <summary>Discards what is sent in either direction on all connections until <see cref="Thaw"/>; they seem open to both sides.</summary>
    public void HalfOpen() => ForAll(faults => faults.HalfOpen());

    /// <summary>Delays everything that is sent to the connected clients, in order.</summary>
    /// <param name="delay">
    /// The delay before every write; zero ends it. What is sent during a delay is written together after the next one: it can arrive after up to twice the
    /// delay.
    /// </param>
    public void Delay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ForAll(faults => faults.Delay(delay));
    }

    /// <summary>Limits the rate at which bytes are sent to each connected client.</summary>
    /// <param name="bytesPerSecond">The rate in bytes per second; 0 ends it.</param>
    public void Throttle(int bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        ForAll(faults => faults.Throttle(bytesPerSecond));
    }

    /// <summary>Inverts the bits of the next bytes that are sent to each connected client.</summary>
    /// <param name="bytes">The number of bytes.</param>
    public void Corrupt(int bytes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ForAll(faults => faults.Corrupt(bytes));
    }

    /// <summary>Sends an error (-ERR) to every client.</summary>
    /// <param name="text">The text between the quotes.</param>
    /// <param name="close">Whether the connections are closed after the error.</param>
    public void SendError(string text, bool close = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ForAll(faults => faults.SendError(text, close));
    }

    /// <summary>Lets the credentials of every client expire: sends the error and closes the connections.</summary>
    public void ExpireCredentials() => ForAll(faults => faults.ExpireCredentials());

    /// <summary>Revokes the credentials of every client: sends the error and closes the connections.</summary>
    public void RevokeCredentials() => ForAll(faults => faults.RevokeCredentials());

    /// <summary>Closes every connection as a slow consumer, without an error.</summary>
    public void Evict() => ForAll(faults => faults.Evict());

    /// <summary>Denies a subject to every connected client; clients that connect later have the permissions of the options.</summary>
    /// <param name="subject">A subject or a pattern with wildcards.</param>
    public void RevokePermission(string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        ForAll(faults => faults.RevokePermission(subject));
    }

    /// <summary>Replaces the permissions of every connected client; clients that connect later have the permissions of the options.</summary>
    /// <param name="permissions">What is allowed from now on.</param>
    public void ChangePermissions(NatsTestServerPermissions permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        ForAll(faults => faults.ChangePermissions(permissions));
    }

    /// <summary>Advertises addresses of the cluster to all clients, also those that connect later, by an INFO.</summary>
    /// <param name="urls">The addresses as host:port; none: no information.</param>
    public void Advertise(params string[] urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        State.ConnectUrls = urls.Length == 0 ? null : [.. urls];
        State.BroadcastInfo();
    }

    /// <summary>Changes the maximum payload without an INFO, as a reload of the server's configuration does.</summary>
    /// <param name="bytes">The maximum bytes of headers and payload.</param>
    public void ShrinkMaxPayload(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        State.MaxPayload = bytes;
    }

    /// <summary>Resets all new connections before INFO, until <see cref="AcceptConnections"/>.</summary>
    public void RefuseConnections() => RefuseConnections(int.MaxValue);

    /// <summary>Resets the given number of new connections before INFO.</summary>
    /// <param name="count">The number of connections.</param>
    public void RefuseConnections(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _host.Refusals = count;
    }

    /// <summary>Resets new connections before INFO for a duration, by the clock of the server.</summary>
    /// <param name="duration">The duration of the fault.</param>
    public void RefuseConnections(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        _host.RefuseFor(duration);
    }

    /// <summary>
    /// Sends a throttling error after INFO to the next connections, in plain text even with TLS, as a server does that limits the rate of
    /// TLS connections.
    /// </summary>
    /// <param name="count">The number of connections; 0 ends it.</param>
    public void ThrottleConnections(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        State.Throttled = count;
    }

    /// <summary>Ends <c>RefuseConnections</c>, whether by number or by duration.</summary>
    public void AcceptConnections()
    {
        _host.Refusals = 0;
        _host.RefuseFor(TimeSpan.Zero);
    }

    /// <summary>
    /// Ends all connections without an error and starts the server again on the same port, with a new id and no subscriptions. Streams with the
    /// storage <c>memory</c> are gone, and so are consumers that are stored in memory; those with the storage <c>file</c> remain.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the port.</param>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        State.Renew();
        await _host.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops the server as when its process is stopped: the port is closed, and connections end without an error.
    /// <see cref="RestartAsync"/> starts it again.
    /// </summary>
    public async Task StopAsync()
    {
        EndLameDuckMode();
        await _host.CloseListenerAsync().ConfigureAwait(false);
        await _host.CloseClientsAsync().ConfigureAwait(false);
        State.Stopped?.Invoke();
        _links.Thaw();
    }

    /// <summary>
    /// Enters lame duck mode: the port is closed, clients are notified, and after the grace period they are closed one by one, by the clock
    /// of the server.
    /// </summary>
    /// <returns>A task that completes when the last client has disconnected, or when the server is stopped, restarted or disposed before. The clients have been notified when the task is returned.</returns>
    public Task EnterLameDuckModeAsync() => LeaveAsync();

    /// <summary>Ends the task of a lame duck mode that is in progress, because the server ends before.</summary>
    internal void EndLameDuckMode() => Volatile.Read(ref _lameDuckCancellation)();

    /// <summary>False when the server was stopped, restarted or disposed before its last client had left.</summary>
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
