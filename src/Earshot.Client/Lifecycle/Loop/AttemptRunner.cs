using System.Collections.Concurrent;
using System.Net;
using Earshot.Authentication;
using Earshot.Events;
using Earshot.Protocol;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>What an attempt has made and nobody has taken yet.</summary>
internal sealed record EstablishedTransport(ITransport Transport, ReceiveBuffer Buffer);

/// <summary>How attempts are made.</summary>
internal sealed record AttemptOptions
{
    public required TimeSpan Timeout { get; init; }

    public required NatsAuthOpts Auth { get; init; }

    /// <summary>CONNECT without credentials.</summary>
    public required ConnectInfo Connect { get; init; }

    /// <summary>Several addresses of one name are tried in random order.</summary>
    public required bool Randomize { get; init; }
}

/// <summary>
/// Carries out single attempts: name, TCP, INFO, CONNECT, PONG, within one time limit. Reports every outcome as a fact to the
/// machine and decides nothing.
/// </summary>
internal sealed class AttemptRunner(ITransportDialer dialer, AttemptOptions options, Journal journal, TimeProvider time, Action<MachineInput> post)
{
    private readonly ConcurrentDictionary<int, Running> _running = [];

    public void Start(Dial dial, Random random)
    {
        var running = new Running(new CancellationTokenSource(options.Timeout, time));
        _running[dial.AttemptId] = running;
        _ = RunAsync(dial, running, random);
    }

    /// <summary>Hands the transport of an established attempt over; from here on it is the caller's.</summary>
    public EstablishedTransport? Take(int attemptId)
    {
        if (!_running.TryRemove(attemptId, out Running? running))
            return null;
        running.Stop.Dispose();
        return running.Result;
    }

    /// <summary>Gives an attempt up, whatever state it is in.</summary>
    public void Drop(int attemptId)
    {
        if (!_running.TryRemove(attemptId, out Running? running))
            return;
        running.IsDropped = true;
        running.Stop.Cancel();
        running.Result?.Transport.Abort();
        running.Result?.Transport.Dispose();
    }

    private async Task RunAsync(Dial dial, Running running, Random random)
    {
        var progress = new Progress();
        ITransport? transport = null;
        try
        {
            transport = await ConnectAsync(dial, running, progress, random).ConfigureAwait(false);
            ITransport opened = transport;
            await using CancellationTokenRegistration abort = running.Stop.Token.UnsafeRegister(static (t, _) => ((ITransport)t!).Abort(), opened);
            NatsServerInfo info = await IntroduceAsync(dial, opened, running, progress).ConfigureAwait(false);
            await abort.DisposeAsync().ConfigureAwait(false);
            running.Stop.Token.ThrowIfCancellationRequested();
            post(new AttemptEstablished(dial.AttemptId, info, opened.RemoteEndPoint, progress.Timings(time)));
        }
        catch (Exception e)
        {
            transport?.Abort();
            transport?.Dispose();
            if (running.IsDropped)
                return;
            _running.TryRemove(dial.AttemptId, out _);
            post(Failure(dial.AttemptId, e, running, progress));
            running.Stop.Dispose();
        }
    }

    private async Task<ITransport> ConnectAsync(Dial dial, Running running, Progress progress, Random random)
    {
        ServerAddress server = dial.Server.Address;
        IPAddress? address = dial.Address;
        if (address is null && !IPAddress.TryParse(server.Host, out address))
        {
            progress.Enter(ConnectPhase.Dns, time);
            IPAddress[] found = await dialer.ResolveAsync(server.Host, running.Stop.Token).ConfigureAwait(false);
            if (found.Length == 0)
                throw new IOException($"The name '{server.Host}' has no address.");
            if (options.Randomize)
                random.Shuffle(found);
            address = found[0];
            post(new AddressesResolved(dial.AttemptId, [.. found], new IPEndPoint(address, server.Port)));
            PhaseDone(dial.AttemptId, progress, new Dictionary<string, string> { ["addresses"] = string.Join(", ", found.Select(a => a.ToString())) });
        }

        progress.Enter(ConnectPhase.Tcp, time);
        ITransport transport = await dialer.DialAsync(new TransportTarget(server.Scheme, server.Host, server.Port, address), running.Stop.Token).ConfigureAwait(false);
        PhaseDone(dial.AttemptId, progress, null);
        return transport;
    }

    private async Task<NatsServerInfo> IntroduceAsync(Dial dial, ITransport transport, Running running, Progress progress)
    {
        var buffer = new ReceiveBuffer(transport, time);
        var handshake = new Handshake(transport, buffer, time);
        progress.Enter(ConnectPhase.Info, time);
        NatsServerInfo info = await handshake.ReadInfoAsync().ConfigureAwait(false);
        post(new AttemptShowedLife(dial.AttemptId));
        PhaseDone(dial.AttemptId, progress, null);
        if (info.TlsRequired)
            throw new HandshakeException(ConnectPhase.Tls, new NotSupportedException("This server requires TLS, which this version does not offer yet."));

        progress.Enter(ConnectPhase.Authentication, time);
        Credentials credentials = Credentials.Choose(options.Auth, Of(dial.Server.Address), Of(dial.Server.DiscoveredThrough));
        ConnectInfo connect = options.Connect with
        {
            User = credentials.User,
            Password = credentials.Password,
            AuthToken = credentials.Token,
            Headers = options.Connect.Headers && info.HeadersSupported,
            NoResponders = options.Connect.NoResponders && info.HeadersSupported,
        };
        info = await handshake.IntroduceAsync(connect).ConfigureAwait(false);
        PhaseDone(dial.AttemptId, progress, null);
        running.Result = new EstablishedTransport(transport, buffer);
        return info;
    }

    private static Credentials? Of(ServerAddress? address) =>
        address?.UserInfo is { } user ? new Credentials(user.User, user.Password, user.Token) : null;

    private AttemptFailed Failure(int attemptId, Exception e, Running running, Progress progress)
    {
        (ConnectPhase phase, Exception cause, NatsServerError? error) = e is HandshakeException handshake
            ? (handshake.Phase, handshake.Cause, handshake.ServerError)
            : (progress.Phase, e, null);
        if (running.Stop.IsCancellationRequested && error is null)
            cause = new TimeoutException($"No answer within {options.Timeout.TotalSeconds:0.###} s (waiting for {phase}).", cause);
        return new AttemptFailed(attemptId, phase, cause, error);
    }

    private void PhaseDone(int attemptId, Progress progress, IReadOnlyDictionary<string, string>? detail)
    {
        TimeSpan elapsed = progress.Leave(time);
        if (journal.Wants(NatsEventKind.ConnectPhaseCompleted))
            journal.Append(new NatsConnectPhaseCompletedEvent { Phase = progress.Phase, Duration = elapsed, Detail = detail }, attemptId);
    }

    private sealed class Running(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop { get; } = stop;

        public EstablishedTransport? Result { get; set; }

        public bool IsDropped { get; set; }
    }

    /// <summary>The phase an attempt is in and how long each took.</summary>
    private sealed class Progress
    {
        private readonly Dictionary<ConnectPhase, TimeSpan> _elapsed = [];
        private long _began;
        private long _started;

        public ConnectPhase Phase { get; private set; } = ConnectPhase.Dns;

        public void Enter(ConnectPhase phase, TimeProvider time)
        {
            (Phase, _began) = (phase, time.GetTimestamp());
            _started = _started == 0 ? _began : _started;
        }

        public TimeSpan Leave(TimeProvider time) => _elapsed[Phase] = time.GetElapsedTime(_began);

        public ConnectTimings Timings(TimeProvider time) => new()
        {
            Dns = Of(ConnectPhase.Dns),
            Tcp = Of(ConnectPhase.Tcp),
            Info = Of(ConnectPhase.Info),
            Pong = Of(ConnectPhase.Authentication),
            Total = time.GetElapsedTime(_started),
        };

        private TimeSpan? Of(ConnectPhase phase) => _elapsed.TryGetValue(phase, out TimeSpan elapsed) ? elapsed : null;
    }
}
