using System.Net;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>
/// Carries out single attempts within one time limit: name and TCP here, the rest by <see cref="ConnectSequence"/>. Reports every outcome as a
/// input to the machine and decides nothing.
/// </summary>
internal sealed class AttemptRunner(AttemptOptions options, SessionParts parts, IMachineInputSink facts)
{
    private readonly SharedAttemptState _memory = new() // also guards the fields below
    {
        Callbacks = AttemptCallbacks.Of(options.Credentials.Options, options.Tls, hasHooks: options.Dialer.IsOfApplication || options.OnConnecting is not null || options.OnSocketAvailable is not null),
    };

    private Running? _running; // the first of two at most
    private NameLookups? _names; // made for the first name

    public void Start(Dial dial, int seed)
    {
        var running = new Running(dial.AttemptId, new CancellationTokenSource(options.Timeout, parts.Time));
        lock (_memory)
        {
            (running.Next, _running) = (_running, running);
        }

        _ = RunAsync(dial, running, seed);
    }

    /// <summary>Hands the transport of an established attempt over; from here on it is the caller's.</summary>
    public EstablishedTransport? Take(int attemptId)
    {
        if (Remove(attemptId) is not { } running)
        {
            return null;
        }

        lock (_memory)
        {
            _names = null; // a connection that is open needs none; a query in progress ends by itself
        }

        running.Stop.Dispose();
        return running.Result;
    }

    /// <summary>The transport of an established attempt that has not been taken yet.</summary>
    public ITransport? Show(int attemptId)
    {
        lock (_memory)
        {
            Running? found = _running;
            while (found is not null && found.AttemptId != attemptId)
            {
                found = found.Next;
            }

            return found?.Result?.Transport;
        }
    }

    /// <summary>Gives an attempt up, whatever state it is in.</summary>
    public void Drop(int attemptId)
    {
        if (Remove(attemptId) is not { } running)
        {
            return;
        }

        running.IsDropped = true;
        running.Stop.Cancel();
        running.Result?.Transport.Abort();
        running.Result?.Transport.Dispose();
    }

    private Running? Remove(int attemptId)
    {
        lock (_memory)
        {
            Running? before = null;
            Running? found = _running;
            while (found is not null && found.AttemptId != attemptId)
            {
                (before, found) = (found, found.Next);
            }

            if (found is not null && before is not null)
            {
                before.Next = found.Next;
            }
            else if (found is not null)
            {
                _running = found.Next;
            }

            return found;
        }
    }

    private async Task RunAsync(Dial dial, Running running, int seed)
    {
        var progress = new AttemptProgress(dial.AttemptId, parts.Journal, parts.Time, facts);
        ConnectSequence? connect = null;
        try
        {
            ITransport dialled = await ConnectAsync(dial, running, progress, seed).ConfigureAwait(false);
            connect = new ConnectSequence(dialled, options, _memory, progress, parts.Time) { CredentialsBeyond = dial.CredentialsBeyond };
            CancellationToken stop = running.Stop.Token;
            await using CancellationTokenRegistration abort = stop.UnsafeRegister(static t => ((ITransport)t!).Abort(), dialled);
            NatsServerInfo info = await connect.RunAsync(dial.Server, stop).ConfigureAwait(false);
            running.Result = new EstablishedTransport(connect.Transport, connect.Buffer!, connect.Secrets) { JwtExpiresAt = connect.JwtExpiresAt };
            await abort.DisposeAsync().ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            facts.Post(new AttemptEstablished(dial.AttemptId, info, dialled.RemoteEndPoint, progress.Timings()) { CredentialsExpireAt = connect.CredentialsExpireAt });
        }
        catch (Exception e)
        {
            connect?.Transport.Abort();
            connect?.Transport.Dispose();
            if (running.IsDropped)
            {
                _memory.Callbacks?.TakeOverdue(progress.Phase); // it was interrupted, which is not the callback's fault
                return;
            }

            Remove(dial.AttemptId);
            if (FaultedCallback(e) is { } callback)
            {
                progress.CallbackFaulted(callback, (e as HandshakeException)?.Cause ?? e);
            }

            if (running.Stop.IsCancellationRequested)
            {
                ReportOverdue(progress);
            }

            facts.Post(Failure(dial.AttemptId, e, running, progress));
            running.Stop.Dispose();
        }
    }

    private void ReportOverdue(AttemptProgress progress)
    {
        foreach (NatsOptionCallback callback in _memory.Callbacks?.TakeOverdue(progress.Phase) ?? [])
        {
            progress.CallbackFaulted(callback, new TimeoutException($"The callback did not return within NatsOpts.ConnectTimeout ({options.Timeout.TotalSeconds:0.###} s)."));
        }
    }

    private NameLookups Names()
    {
        lock (_memory)
        {
            return _names ??= new NameLookups(options.Dialer, parts.Time);
        }
    }

    private async Task<ITransport> ConnectAsync(Dial dial, Running running, AttemptProgress progress, int seed)
    {
        ServerAddress server = dial.Server.Address;
        CancellationToken stop = running.Stop.Token;
        (string host, int port) = await InvokeConnectingCallbackAsync(server, progress, stop).ConfigureAwait(false);
        IPAddress? address = host == server.Host ? dial.Address ?? server.Literal : null;
        if (address is null && !IPAddress.TryParse(host, out address) && options.Dialer.ResolvesNames)
        {
            progress.Enter(NatsConnectPhase.Dns);
            IPAddress[] found = await Names().ResolveAsync(host, stop).ConfigureAwait(false);
            // The addresses of another host, which the callback has named, are not those of the server: one is dialled now, and the callback is asked again before the next.
            bool isOfServer = host == server.Host;
            IPAddress[] addresses = DialAddresses.Choose(found, options.Randomize || !isOfServer ? new Random(seed) : null);
            if (addresses.Length == 0)
            {
                throw new IOException(found.Length == 0 ? $"The host name '{host}' has no address." : $"The host name '{host}' has no address that a server can have, but {found[0]}.");
            }

            address = addresses[0];
            facts.Post(new AddressesResolved(dial.AttemptId, isOfServer ? [.. addresses] : [address], new IPEndPoint(address, port)));
            string all = string.Join(", ", addresses.Select(static a => a.ToString()));
            progress.Leave(new Dictionary<string, string> { ["addresses"] = found.Length > DialAddresses.Most ? $"{all} (of {found.Length})" : all });
        }

        progress.Enter(NatsConnectPhase.Tcp);
        var target = new TransportTarget(server.Scheme, host, port, address);
        ITransport transport = options.Dialer.IsOfApplication
            ? await _memory.Callbacks!.DialAsync(() => options.Dialer.DialAsync(target, stop), stop).ConfigureAwait(false)
            : await Deadline.WithinAsync(options.Dialer.DialAsync(target, stop), stop).ConfigureAwait(false);
        try
        {
            transport = await InvokeSocketCallbackAsync(transport, progress, stop).ConfigureAwait(false);
        }
        catch
        {
            transport.Abort();
            transport.Dispose();
            throw;
        }

        progress.Leave();
        return transport;
    }

    private async ValueTask<(string Host, int Port)> InvokeConnectingCallbackAsync(ServerAddress server, AttemptProgress progress, CancellationToken stop) =>
        (DialHooks.Find(parts)?.OnConnecting ?? options.OnConnecting) is { } ask
            ? await AskAsync(HookCallbacks().ConnectingAsync(() => ask((server.Host, server.Port)), stop), progress, stop).ConfigureAwait(false)
            : (server.Host, server.Port);

    private async ValueTask<ITransport> InvokeSocketCallbackAsync(ITransport transport, AttemptProgress progress, CancellationToken stop)
    {
        if ((DialHooks.Find(parts)?.OnSocketAvailable ?? options.OnSocketAvailable) is not { } show)
        {
            return transport;
        }

        var shown = new TransportConnection(transport);
        INatsSocketConnection used = await AskAsync(HookCallbacks().SocketAsync(() => show(shown), stop), progress, stop).ConfigureAwait(false)
            ?? throw new IOException("NatsOpts.OnSocketAvailableAsync returned null.");
        return ReferenceEquals(used, shown) ? transport : new SocketConnectionTransport(used, transport.RemoteEndPoint);
    }

    // Hooks may be set on the connection after its options were validated.
    private AttemptCallbacks HookCallbacks()
    {
        lock (_memory)
        {
            return _memory.Callbacks ??= AttemptCallbacks.Of(options.Credentials.Options, options.Tls, hasHooks: true)!;
        }
    }

    private static async Task<T> AskAsync<T>(Task<T> answer, AttemptProgress progress, CancellationToken stop)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            progress.CallbackFaulted(NatsOptionCallback.Dialer, e);
            throw;
        }
    }

    private static NatsOptionCallback? FaultedCallback(Exception e) => e switch
    {
        HandshakeException handshake => FaultedCallback(handshake.Cause),
        NatsCredentialsException { IsOfCallback: true } => NatsOptionCallback.Auth,
        NatsTlsException { IsOfCallback: true } => NatsOptionCallback.TlsConfig,
        _ => null,
    };

    private AttemptFailed Failure(int attemptId, Exception e, Running running, AttemptProgress progress)
    {
        (NatsConnectPhase phase, Exception cause, NatsServerError? error) = e is HandshakeException handshake
            ? (handshake.Phase, handshake.Cause, handshake.ServerError)
            : (progress.Phase, e, null);
        if (running.Stop.IsCancellationRequested && error is null)
        {
            cause = new TimeoutException($"No response within {options.Timeout.TotalSeconds:0.###} s (phase {phase}).", cause);
        }

        return error is not null && ServerLimits.NameOf(error.Code) is { } limit
            ? new AttemptFailed(attemptId, ServerLimits.PhaseOf(error.Code, phase), new NatsServerException(error, $"the server's limit {limit} has been reached"), error)
            : new AttemptFailed(attemptId, phase, cause, error);
    }

    private sealed class Running(int attemptId, CancellationTokenSource stop)
    {
        public int AttemptId => attemptId;

        public CancellationTokenSource Stop { get; } = stop;

        public EstablishedTransport? Result { get; set; }

        public bool IsDropped { get; set; }

        /// <summary>The other one.</summary>
        public Running? Next { get; set; }
    }
}
