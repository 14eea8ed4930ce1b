using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Earshot.Server.Tests.Serving;

public sealed class TlsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_uses_tls_after_or_before_the_info(bool first)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using X509Certificate2 certificate = CreateCertificate();
        var tls = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        await using NatsTestServer server = await TestServer.ListenAsync(new NatsTestServerOptions { Tls = tls, TlsFirst = first });
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", server.Port, cancellationToken);
        string info = first ? "" : await ReadUntilAsync(tcp.GetStream(), " \r\n");
        await using var stream = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, seen, _, _) => seen?.GetCertHashString() == certificate.GetCertHashString());
        await stream.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        info += first ? await ReadUntilAsync(stream, " \r\n") : "";
        await stream.WriteAsync("CONNECT {\"verbose\":false}\r\nSUB foo 1\r\nPUB foo 2\r\nhi\r\nPING\r\n"u8.ToArray(), cancellationToken);

        Assert.Equal("MSG foo 1 2\r\nhi\r\nPONG\r\n", await ReadUntilAsync(stream, "PONG\r\n"));
        Assert.Contains("\"tls_required\":true", info, StringComparison.Ordinal);
        server.Faults.ExpireCredentials();
        Assert.Equal("-ERR 'User Authentication Expired'\r\n", await ReadUntilAsync(stream, "<never>"));
    }

    [Fact]
    public async Task Client_that_sends_plain_text_is_closed_as_a_failed_handshake()
    {
        using X509Certificate2 certificate = CreateCertificate();
        var tls = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        await using NatsTestServer server = await TestServer.ListenAsync(new NatsTestServerOptions { Tls = tls });
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken);
        await ReadUntilAsync(tcp.GetStream(), " \r\n");
        await tcp.GetStream().WriteAsync("CONNECT {}\r\nPING\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await MemoryClient.WaitForOpenAsync(server, 0);

        Assert.Equal("TLS Handshake Failure", server.ClosedClients.Single().ClosedReason);
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!received.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            if (count == 0)
            {
                break;
            }

            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    internal static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
