using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Earshot.Server.Tests.Guide;

/// <summary>Nkeys and encrypted WebSockets, tested with a client that is independent of this server.</summary>
public sealed class SecurityTests
{
    // Made of 32 bytes of 7, and of 9 for the other; they open nothing.
    private const string Seed = "SUAAOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBZ5FE";
    private const string PublicKey = "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF";
    private const string OtherPublicKey = "UD6ROJBYLKQMOW3E7N4M2YBPUHMZD7PL65VRHRMO24BOVSBV5H3BRDGR";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nkey_lets_its_owner_in_as_the_user_it_names()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [NatsTestServerUser.WithNKey(OtherPublicKey), NatsTestServerUser.WithNKey(PublicKey)] }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Seed = Seed } });
        await connection.ConnectAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(PublicKey, server.Clients.Single().User);
    }

    [Fact]
    public async Task Nkey_of_an_unknown_user_is_refused()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [NatsTestServerUser.WithNKey(OtherPublicKey)] }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Seed = Seed }, MaxReconnectRetry = 0 });
        await Assert.ThrowsAnyAsync<NatsException>(() => connection.ConnectAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token));
        Assert.Contains(server.ClosedClients, client => client.ClosedReason == "Authentication Failure");
    }

    [Theory]
    [InlineData("")]
    [InlineData("UAAA")]
    [InlineData("UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJA")]
    public async Task Text_that_is_no_public_nkey_is_refused_at_the_start(string text) =>
        await Assert.ThrowsAsync<ArgumentException>(() => NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [NatsTestServerUser.WithNKey(text)] }, Token));

    [Fact]
    public async Task WebSocket_port_uses_tls_when_the_server_does()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 created = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(created.Export(X509ContentType.Pkcs12), null);
        var options = new NatsTestServerOptions { WebSocketPort = 0, Tls = new SslServerAuthenticationOptions { ServerCertificate = certificate } };
        await using NatsTestServer server = await NatsTestServer.StartAsync(options, Token);
        Assert.Equal("wss", server.WebSocketUrl!.Scheme);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == certificate.GetCertHashString();
        await socket.ConnectAsync(server.WebSocketUrl, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        byte[] buffer = new byte[4096];
        WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.StartsWith("INFO {", System.Text.Encoding.ASCII.GetString(buffer, 0, received.Count), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_server_accepts_no_client_on_its_websocket_port()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { WebSocketPort = 0 }, Token);
        await server.Faults.StopAsync();
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(server.WebSocketUrl!, Token).WaitAsync(TimeSpan.FromSeconds(30), Token));
    }
}
