using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>Certificates and keys from files: what is read, what is sent along, and what a refusal names.</summary>
public sealed class TlsCertificatesTests : IDisposable
{
    private const string Password = "c4n4ry-password";
    private readonly TestCertificates _certificates = new();
    private readonly X509Certificate2 _own;

    public TlsCertificatesTests() => _own = _certificates.Issue(["client"]);

    public void Dispose()
    {
        _own.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public void Without_files_there_is_no_certificate() => Assert.Null(TlsCertificates.OfClient(new NatsTlsOpts { CaFile = _certificates.CaFile }));

    [Fact]
    public void PEM_files_give_the_first_certificate_with_its_key_and_the_others_as_intermediates()
    {
        (string cert, string key) = _certificates.Files("client", _own);
        AssertOwn(TlsCertificates.OfClient(new NatsTlsOpts { CertFile = cert, KeyFile = key }), []);
        string chain = _certificates.File("chain.pem", _own.ExportCertificatePem() + "\n" + _certificates.Authority.ExportCertificatePem());
        AssertOwn(TlsCertificates.OfClient(new NatsTlsOpts { CertFile = chain, KeyFile = key }), [_certificates.Authority.Thumbprint]);
    }

    [Fact]
    public void Encrypted_keys_need_their_password()
    {
        (string cert, _) = _certificates.Files("client", _own);
        using ECDsa key = _own.GetECDsaPrivateKey()!;
        string encrypted = _certificates.File("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        AssertOwn(TlsCertificates.OfClient(new NatsTlsOpts { CertFile = cert, KeyFile = encrypted, KeyFilePassword = Password }), []);
        AssertRefused(cert, () => TlsCertificates.OfClient(new NatsTlsOpts { CertFile = cert, KeyFile = encrypted, KeyFilePassword = "wrong" }));
        AssertRefused(cert, () => TlsCertificates.OfClient(new NatsTlsOpts { CertFile = cert, KeyFile = encrypted }));
    }

    [Fact]
    public void Bundles_give_the_certificate_with_a_key_and_the_others_as_intermediates()
    {
        string bundle = Bundle("all.pfx", [_certificates.Authority.RawData, null]);
        AssertOwn(TlsCertificates.OfClient(new NatsTlsOpts { CertBundleFile = bundle, CertBundleFilePassword = Password }), [_certificates.Authority.Thumbprint]);
        AssertRefused(bundle, () => TlsCertificates.OfClient(new NatsTlsOpts { CertBundleFile = bundle, CertBundleFilePassword = "wrong" }));
        string keyless = Bundle("keyless.pfx", [_certificates.Authority.RawData, _own.RawData]);
        string refused = AssertRefused(keyless, () => TlsCertificates.OfClient(new NatsTlsOpts { CertBundleFile = keyless, CertBundleFilePassword = Password }));
        Assert.EndsWith("it contains no private key", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Authorities_are_all_the_certificates_of_the_file()
    {
        using var other = new TestCertificates();
        string both = _certificates.File("both.pem", _certificates.Authority.ExportCertificatePem() + "\n" + other.Authority.ExportCertificatePem());
        Assert.Equal([_certificates.Authority.Thumbprint, other.Authority.Thumbprint], TlsCertificates.Authorities(both).Select(authority => authority.Thumbprint));
        string empty = _certificates.File("empty.pem", "");
        Assert.EndsWith("it contains no PEM certificate", AssertRefused(empty, () => TlsCertificates.Authorities(empty)), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_absent_or_cannot_be_read_are_named()
    {
        string missing = Path.Combine(_certificates.Folder, "missing.pem"), garbage = _certificates.File("garbage.pem", "-----BEGIN CERTIFICATE-----\nc4n4ry\n-----END CERTIFICATE-----");
        (string cert, string key) = _certificates.Files("client", _own);
        AssertRefused(missing, () => TlsCertificates.Authorities(missing));
        AssertRefused(_certificates.Folder, () => TlsCertificates.Authorities(_certificates.Folder));
        AssertRefused(garbage, () => TlsCertificates.Authorities(garbage));
        AssertRefused(garbage, () => TlsCertificates.OfClient(new NatsTlsOpts { CertFile = garbage, KeyFile = key }));
        AssertRefused(cert, () => TlsCertificates.OfClient(new NatsTlsOpts { CertFile = cert, KeyFile = missing }));
        AssertRefused(missing, () => TlsCertificates.OfClient(new NatsTlsOpts { CertBundleFile = missing }));
        AssertRefused(garbage, () => TlsCertificates.OfClient(new NatsTlsOpts { CertBundleFile = garbage }));
    }

    private void AssertOwn((X509Certificate2 Certificate, X509Certificate2Collection Intermediates)? read, string[] intermediates)
    {
        Assert.Equal(_own.Thumbprint, read?.Certificate.Thumbprint);
        Assert.True(read?.Certificate.HasPrivateKey);
        Assert.Equal(intermediates, read?.Intermediates.Select(certificate => certificate.Thumbprint));
    }

    private static string AssertRefused(string file, Func<object?> read)
    {
        NatsTlsException refused = Assert.Throws<NatsTlsException>(read);
        Assert.StartsWith($"The TLS file '{file}' (or the key that belongs to it) cannot be used: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", refused.ToString(), StringComparison.Ordinal);
        return refused.Message;
    }

    // Null is the own certificate with its key.
    private string Bundle(string name, byte[]?[] certificates)
    {
        var collection = new X509Certificate2Collection();
        foreach (byte[]? certificate in certificates)
        {
            collection.Add(certificate is null ? _own : X509CertificateLoader.LoadCertificate(certificate));
        }

        return _certificates.File(name, collection.Export(X509ContentType.Pkcs12, Password)!);
    }
}
