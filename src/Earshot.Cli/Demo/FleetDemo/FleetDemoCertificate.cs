using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Earshot.Cli.Demo;

/// <summary>A certificate that has signed itself, in files that a server reads.</summary>
internal sealed class FleetDemoCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("earshot-demo-");

    internal FleetDemoCertificate(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=earshot demo", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The part of the configuration of a server: clients may use TLS, and need not.</summary>
    internal string Configuration =>
        $$"""
        tls { cert_file: "{{CertificateFile}}", key_file: "{{KeyFile}}" }
        allow_non_tls: true
        """;

    /// <summary>The certificate in PEM; it is its own authority.</summary>
    internal string CertificateFile => Path.Combine(_folder.FullName, "server.pem");

    private string KeyFile => Path.Combine(_folder.FullName, "server.key");

    public void Dispose() => _folder.Delete(recursive: true);
}
