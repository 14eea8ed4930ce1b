using System.Net;
using Earshot.Authentication;
using Earshot.Diagnostics;
using Earshot.Protocol;
using Earshot.Servers;
using Earshot.Sessions;
using Earshot.Timing;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>
/// One attempt's way from a dialled transport to an accepted client: TLS first, WebSocket, INFO, TLS after it, credentials, CONNECT,
/// PONG. What may be sent when is decided here and nowhere else. Does not resolve, dial, time out or report the outcome.
/// </summary>
internal sealed class ConnectSequence(ITransport dialled, AttemptOptions options, SharedAttemptState memory, AttemptProgress progress, TimeProvider time)
{
    private const int SkipVerifyWarning = 1;
    private const int PlaintextWarning = 2;

    private bool _isEncrypted;

    /// <summary>The outermost layer so far. Aborting the dialled transport aborts them all.</summary>
    public ITransport Transport { get; private set; } = dialled;

    /// <summary>What is left behind PONG is in its buffer.</summary>
    public ReceiveBuffer? Buffer { get; private set; }

    /// <summary>What CONNECT carried that must not be shown.</summary>
    public KnownSecrets? Secrets { get; private set; }

    /// <summary>Credentials that end no later than this are refused before anything of them is sent; null: any will do.</summary>
    public DateTimeOffset? CredentialsBeyond { get; init; }

    /// <summary>The expiry of the credentials, if they expire and can be renewed.</summary>
    public DateTimeOffset? CredentialsExpireAt { get; private set; }

    /// <summary>Until when the JWT that the server has accepted is valid; null: there was none, or it does not end.</summary>
    public DateTimeOffset? JwtExpiresAt { get; private set; }

    /// <summary>Goes the whole way.</summary>
    public async Task<NatsServerInfo> RunAsync(PoolServer server, CancellationToken stop)
    {
        TlsNeed need = TlsRules.NeedOf(options.Tls, server.Address.Scheme, memory.TlsWasUsed);
        if (need == TlsNeed.Impossible)
        {
            throw new HandshakeException(NatsConnectPhase.Tls, new NatsTlsException(TlsRules.RefusalOf(need, server.Address.Scheme)) { IsContradiction = true });
        }

        if (need == TlsNeed.First)
        {
            await EncryptAsync(server, stop).ConfigureAwait(false);
        }

        if (server.Address.IsWebSocket)
        {
            await OpenWebSocketAsync(server.Address, stop).ConfigureAwait(false);
        }

        progress.Enter(NatsConnectPhase.Info);
        Buffer = new ReceiveBuffer(Transport, time);
        var handshake = new Handshake(Transport, Buffer, time);
        NatsServerInfo info = await ReadInfoAsync(server, handshake, isInClear: need == TlsNeed.Upgrade).ConfigureAwait(false);
        progress.Info = info;
        progress.Leave();

        // A WebSocket listener repeats the TLS settings of its own address in INFO; that decision is behind us.
        if (!_isEncrypted && !server.Address.IsWebSocket)
        {
            TlsStep step = TlsRules.AfterInfo(need, info.TlsRequired, info.TlsAvailable);
            if (step == TlsStep.Refuse)
            {
                throw new HandshakeException(NatsConnectPhase.Tls, new NatsTlsException(TlsRules.RefusalOf(need, server.Address.Scheme)) { IsContradiction = true });
            }

            if (step == TlsStep.Upgrade)
            {
                (handshake, info) = await UpgradeAsync(server, info, stop).ConfigureAwait(false);
            }
        }

        return await AuthenticateAsync(server, handshake, info, stop).ConfigureAwait(false);
    }

    // Data that arrives before the TLS that the options demand may come from any host, so it is not taken for the server's.
    private async Task<NatsServerInfo> ReadInfoAsync(PoolServer server, Handshake handshake, bool isInClear)
    {
        if (_isEncrypted || server.Address.IsWebSocket)
        {
            return await handshake.ReadInfoAsync().ConfigureAwait(false); // it has shown already what it is
        }

        var probe = new SilentPeerProbe(Transport, Buffer!, () => memory.IsFirstProbe(server.Id));
        var timers = TimerQueue.For(time);
        timers.Schedule(probe, SilentPeerProbe.DueWithin(options.Timeout - progress.Elapsed));
        try
        {
            NatsServerInfo info = await handshake.ReadInfoAsync().ConfigureAwait(false);
            return probe.TryEnd() ? info : throw InfoIsLate(progress.Elapsed);
        }
        catch (HandshakeException e) when (isInClear && e.Cause is NatsServerException { IsAuthError: true })
        {
            throw new HandshakeException(e.Phase, e.Cause);
        }
        finally
        {
            timers.Cancel(probe);
        }
    }

    private HandshakeException InfoIsLate(TimeSpan after) => new(
        NatsConnectPhase.Info,
        new TimeoutException(
            $"The server sent INFO after {after.TotalSeconds:0.###} s, at the end of NatsOpts.ConnectTimeout ({options.Timeout.TotalSeconds:0.###} s), when it had been asked whether it is a NATS server; the connection cannot be used after that question."));

    private async Task EncryptAsync(PoolServer server, CancellationToken stop)
    {
        progress.Enter(NatsConnectPhase.Tls);
        if (options.Tls.InsecureSkipVerify && memory.IsFirst(SkipVerifyWarning))
        {
            progress.Warn("InsecureSkipVerify", "Server certificates are not verified; the connection is open to man-in-the-middle attacks.");
        }

        var handshake = new TlsHandshake(memory.Callbacks?.For(options.Tls, stop) ?? options.Tls, new TlsPeer(server.Address.Host, server.TlsHost));
        try
        {
            Transport = await Deadline.WithinAsync(handshake.RunAsync(Transport, stop), stop).ConfigureAwait(false);
        }
        catch (NatsServerException e)
        {
            // Plain text that any host may have sent: reported, but no reason to give up.
            throw new HandshakeException(NatsConnectPhase.Tls, e, e.IsAuthError ? null : e.ServerError);
        }

        _isEncrypted = true;
        memory.TlsWasUsed = true;
        progress.Leave(handshake.Agreed);
    }

    private async Task<(Handshake, NatsServerInfo)> UpgradeAsync(PoolServer server, NatsServerInfo inClear, CancellationToken stop)
    {
        if (ServerHelloGuard.ErrorIn(Buffer!.Unread) is { } error)
        {
            throw new HandshakeException(NatsConnectPhase.Tls, error, error.IsAuthError ? null : error.ServerError);
        }

        // Plain text after INFO is discarded with its buffer: inside TLS it would be taken for the server's.
        Buffer.Release();
        await EncryptAsync(server, stop).ConfigureAwait(false);
        Buffer = new ReceiveBuffer(Transport, time);
        NatsServerInfo info = inClear with { ClientConnectUrls = null, WebSocketConnectUrls = null, LameDuckMode = false, HeadersSupported = true };
        return (new Handshake(Transport, Buffer, time) { ReceivedInfo = info }, info);
    }

    private async Task OpenWebSocketAsync(ServerAddress address, CancellationToken stop)
    {
        progress.Enter(NatsConnectPhase.WebSocket);
        Transport = await new WebSocketHandshake(options.WebSocket).RunAsync(Transport, address.Url, stop).ConfigureAwait(false);
        progress.Leave();
    }

    private async Task<NatsServerInfo> AuthenticateAsync(PoolServer server, Handshake handshake, NatsServerInfo info, CancellationToken stop)
    {
        progress.Enter(NatsConnectPhase.Authentication, awaitsServer: false);
        using Credentials own = await (memory.Callbacks?.Credentials ?? options.Credentials).ResolveAsync(server.Address.Url, stop).ConfigureAwait(false);
        if (own.ExpiresAt <= CredentialsBeyond)
        {
            throw new NatsCredentialsException(own.Origin, $"returned credentials that expire at {own.ExpiresAt:u}, no later than the current ones");
        }

        CredentialsExpireAt = own.ExpiresAt;
        var credentials = Credentials.Choose(own, Of(server.Address), Of(server.DiscoveredThrough));
        if (!_isEncrypted && credentials.HasReusableSecret && IsRemote() && memory.IsFirst(PlaintextWarning))
        {
            progress.Warn("PlaintextCredentials", $"A password or token is sent to {server.Address.Url.Authority} in plain text; use a tls:// URL.");
        }

        ConnectInfo connect = options.Connect with
        {
            TlsRequired = _isEncrypted,
            User = credentials.User,
            Password = credentials.Password,
            AuthToken = credentials.Token,
            Jwt = credentials.Jwt,
            NKey = credentials.NKey,
            Signature = await credentials.SignAsync(info.Nonce, stop).ConfigureAwait(false),
            Headers = options.Connect.Headers && info.HeadersSupported,
            NoResponders = options.Connect.NoResponders && info.HeadersSupported,
        };
        progress.Report(awaitsServer: true);
        try
        {
            info = await handshake.AuthenticateAsync(connect).ConfigureAwait(false);
        }
        catch (HandshakeException e) when (e is { ServerError: { } error, Cause: NatsServerException { IsAuthError: true } } && ExpiredAt(credentials) is { } at)
        {
            throw new HandshakeException(e.Phase, new NatsServerException(error, $"according to the local clock the JWT expired at {at:u}"), error);
        }

        Secrets = handshake.Secrets;
        JwtExpiresAt = credentials.Jwt is { } jwt ? JwtExpiry.Of(jwt) : null;
        progress.Leave();
        return info;
    }

    // The server's clock decides; ours is good for a hint.
    private DateTimeOffset? ExpiredAt(Credentials credentials) =>
        credentials.Jwt is { } jwt && JwtExpiry.Of(jwt) is { } at && at <= time.GetUtcNow() ? at : null;

    private bool IsRemote() => Transport.RemoteEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address);

    private static Credentials? Of(ServerAddress? address) =>
        address?.UserInfo is { } user ? new Credentials(user.User, user.Password, user.Token) : null;
}
