using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Earshot.Testing;

/// <summary>An authority of one test and what it signs, in files where a server or the client wants files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset s_start = TimeProvider.System.GetUtcNow().AddDays(-30);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-tls-").FullName;

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=Earshot test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Authority = request.CreateSelfSigned(s_start, s_start.AddDays(365));
        CaFile = File("ca.pem", Authority.ExportCertificatePem());
    }

    public X509Certificate2 Authority { get; }

    public string CaFile { get; }

    public string Folder => _folder;

    /// <summary>A certificate for the names (addresses become IP entries), good for servers and clients.</summary>
    public X509Certificate2 Issue(string[] names, bool isExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        DateTimeOffset end = isExpired ? s_start.AddDays(1) : s_start.AddDays(300);
        using X509Certificate2 bare = request.Create(Authority, s_start, end, RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 full = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(full.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The paths of certificate and key in PEM.</summary>
    public (string Cert, string Key) Files(string name, X509Certificate2 certificate) =>
        (File($"{name}.pem", certificate.ExportCertificatePem()), File($"{name}.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));

    public string File(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string File(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>A server's tls block.</summary>
    public string ServerConfig(string[] names, string more = "", bool isExpired = false)
    {
        using X509Certificate2 certificate = Issue(names, isExpired);
        (string cert, string key) = Files($"server-{Guid.NewGuid():N}", certificate);
        return $"tls {{ cert_file: \"{cert}\", key_file: \"{key}\", ca_file: \"{CaFile}\", timeout: 5\n{more} }}\n";
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
