using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>One TLS handshake over memory: a server with a certificate for the names, and what the client made of it.</summary>
internal sealed class TlsRig : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public TlsRig(string[] names, bool isExpired = false, MemoryTransportOptions? options = null)
    {
        Certificates = new TestCertificates();
        Settings = new SslServerAuthenticationOptions { ServerCertificate = Certificates.Issue(names, isExpired) };
        Pair = new MemoryTransportPair(options);
        Server = new SslStream(new TransportStream(Pair.Server));
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public TestCertificates Certificates { get; }

    public SslServerAuthenticationOptions Settings { get; }

    public MemoryTransportPair Pair { get; }

    public SslStream Server { get; }

    public NatsTlsOpts Trusting => new() { CaFile = Certificates.CaFile };

    public TlsHandshake? Handshake { get; private set; }

    public void Dispose()
    {
        Server.Dispose();
        Settings.ServerCertificate!.Dispose();
        Certificates.Dispose();
    }

    /// <summary>The encrypted transport of the client.</summary>
    public async Task<ITransport> OpenAsync(NatsTlsOpts? options = null, TlsPeer? peer = null)
    {
        Task serving = Server.AuthenticateAsServerAsync(Settings, Token);
        ITransport client = await RunAsync(options, peer, Token);
        await serving.WaitAsync(s_limit, Token);
        return client;
    }

    /// <summary>Why the client refused.</summary>
    public async Task<NatsTlsException> RefusedAsync(NatsTlsOpts? options = null, TlsPeer? peer = null)
    {
        Task serving = Server.AuthenticateAsServerAsync(Settings, Token);
        NatsTlsException refused = await Assert.ThrowsAsync<NatsTlsException>(() => RunAsync(options, peer, Token));
        Pair.Abort();
        await Record.ExceptionAsync(() => serving.WaitAsync(s_limit, Token));
        return refused;
    }

    /// <summary>The client's side alone.</summary>
    public Task<ITransport> RunAsync(NatsTlsOpts? options, TlsPeer? peer, CancellationToken cancellationToken)
    {
        Handshake = new TlsHandshake(options ?? Trusting, peer ?? new TlsPeer("localhost", "localhost"));
        return Handshake.RunAsync(Pair.Client, cancellationToken).AsTask().WaitAsync(s_limit, Token);
    }

    /// <summary>One receive of the client.</summary>
    public static async Task<int> ReceiveAsync(ITransport transport, byte[] buffer) => await transport.ReceiveAsync(buffer).AsTask().WaitAsync(s_limit, Token);

    /// <summary>A certificate without its key.</summary>
    public static X509Certificate2 WithoutKey(X509Certificate2 certificate) => X509CertificateLoader.LoadCertificate(certificate.RawData);
}
