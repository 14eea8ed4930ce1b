using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Earshot.Authentication;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>
/// The callbacks of the options that take part in attempts, each behind a gate of this connection: credentials and signature, the
/// application's own dialler, the two hooks around a dial, and those of TLS.
/// </summary>
internal sealed class AttemptCallbacks
{
    private readonly CallbackInvoker<NatsAuthCred> _credentials = new(NatsOptionCallback.Auth) { KeepsLateResult = true };
    private readonly CallbackInvoker<ReadOnlyMemory<byte>> _signature = new(NatsOptionCallback.Auth);
    private readonly CallbackInvoker<(string Host, int Port)> _connecting = new(NatsOptionCallback.Dialer);
    private readonly CallbackInvoker<INatsSocketConnection> _socket = new(NatsOptionCallback.Dialer);
    private readonly CallbackInvoker<ITransport> _dial = new(NatsOptionCallback.Dialer) { IsShared = true, Release = ReleaseLate };

    private readonly CallbackInvoker<X509Certificate2> _certificate = new(NatsOptionCallback.TlsConfig);
    private readonly CallbackInvoker<bool> _configure = new(NatsOptionCallback.TlsConfig);
    private int _validationCalls; // calls of the validation callback: it runs inside the TLS handshake, which cannot leave it

    private AttemptCallbacks(CredentialsResolver credentials) => Credentials = Guard(credentials);

    /// <summary>Asks the callbacks of the credentials through their gates.</summary>
    public CredentialsResolver Credentials { get; }

    /// <summary>Null where the options have no such callback.</summary>
    public static AttemptCallbacks? Of(NatsAuthOpts auth, NatsTlsOpts tls, bool hasHooks)
    {
        bool hasAny = hasHooks || auth.AuthCredCallback is not null || auth.SignatureCallback is not null
            || tls.ClientCertificateCallback is not null || tls.ConfigureClientAuthentication is not null || tls.RemoteCertificateValidationCallback is not null;
        return hasAny ? new AttemptCallbacks(new CredentialsResolver(auth)) : null;
    }

    public Task<(string Host, int Port)> ConnectingAsync(Func<ValueTask<(string Host, int Port)>> hook, CancellationToken stop) => _connecting.CallAsync(null, hook, stop);

    public Task<INatsSocketConnection> SocketAsync(Func<ValueTask<INatsSocketConnection>> hook, CancellationToken stop) => _socket.CallAsync(null, hook, stop);

    public Task<ITransport> DialAsync(Func<ValueTask<ITransport>> dial, CancellationToken stop) => _dial.CallAsync(null, dial, stop);

    /// <summary>The TLS options for one attempt, whose time is over when <paramref name="stop"/> is cancelled.</summary>
    public NatsTlsOpts For(NatsTlsOpts tls, CancellationToken stop) => tls with
    {
        ClientCertificateCallback = tls.ClientCertificateCallback is { } ask ? _ => new(_certificate.CallAsync(null, () => ask(stop), stop)) : null,
        ConfigureClientAuthentication = tls.ConfigureClientAuthentication is { } configure ? settings => new(ConfigureAsync(configure, settings, stop)) : null,
        RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback is { } judge ? Guard(judge) : null,
    };

    /// <summary>The callbacks that an attempt has just given up waiting for, each once per call.</summary>
    public IReadOnlyList<NatsOptionCallback> TakeOverdue(NatsConnectPhase phase)
    {
        ICallbackInvoker[] gates = [_credentials, _signature, _connecting, _socket, _dial, _certificate, _configure];
        List<NatsOptionCallback> overdue = [.. gates.Where(gate => gate.TakeOverdue()).Select(gate => gate.Callback)];
        if (phase == NatsConnectPhase.Tls && Volatile.Read(ref _validationCalls) > 0)
        {
            overdue.Add(NatsOptionCallback.TlsConfig);
        }

        return overdue;
    }

    private static void ReleaseLate(ITransport late)
    {
        late.Abort();
        late.Dispose();
    }

    private CredentialsResolver Guard(CredentialsResolver resolver)
    {
        NatsAuthOpts auth = resolver.Options;
        return new CredentialsResolver(auth with
        {
            AuthCredCallback = auth.AuthCredCallback is { } ask ? (server, stop) => new(_credentials.CallAsync(server, () => ask(server, stop), stop)) : null,
            SignatureCallback = auth.SignatureCallback is { } sign ? (nonce, stop) => new(_signature.CallAsync(null, () => sign(nonce, stop), stop)) : null,
        });
    }

    private Task<bool> ConfigureAsync(Func<SslClientAuthenticationOptions, ValueTask> configure, SslClientAuthenticationOptions settings, CancellationToken stop) =>
        _configure.CallAsync(
            null,
            async () =>
            {
                await configure(settings).ConfigureAwait(false);
                return true;
            },
            stop);

    // Two attempts may be in their handshakes simultaneously; more calls than that belong to attempts that are over.
    private RemoteCertificateValidationCallback Guard(RemoteCertificateValidationCallback judge) => (sender, certificate, chain, errors) =>
    {
        try
        {
            return Interlocked.Increment(ref _validationCalls) <= 2
                ? judge(sender, certificate, chain, errors)
                : throw new TimeoutException("NatsTlsOpts.RemoteCertificateValidationCallback has not returned from two previous calls.");
        }
        finally
        {
            Interlocked.Decrement(ref _validationCalls);
        }
    };
}
