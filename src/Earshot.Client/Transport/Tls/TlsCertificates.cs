using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Earshot.Transport;

/// <summary>Reads certificates and keys from files, at each attempt. Messages about a defective file contain its path, never its content.</summary>
internal static class TlsCertificates
{
    /// <summary>The client's certificate with its key and the intermediates to send along; null when none is configured.</summary>
    /// <exception cref="NatsTlsException">A file cannot be used.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Intermediates)? OfClient(NatsTlsOpts options) => options switch
    {
        { CertFile: not null } => Read(options.CertFile, () => OfPem(options)),
        { CertBundleFile: not null } => Read(options.CertBundleFile, () => OfBundle(options)),
        _ => null,
    };

    /// <exception cref="NatsTlsException">The file cannot be used.</exception>
    public static X509Certificate2Collection Authorities(string file) => Read(file, () =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it contains no PEM certificate");
    });

    private static (X509Certificate2, X509Certificate2Collection) OfPem(NatsTlsOpts options)
    {
        X509Certificate2 certificate = options.KeyFilePassword is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(options.CertFile!, password, options.KeyFile)
            : X509Certificate2.CreateFromPemFile(options.CertFile!, options.KeyFile);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(options.CertFile!);
        all.RemoveAt(0);
        return (Usable(certificate), all);
    }

    private static (X509Certificate2, X509Certificate2Collection) OfBundle(NatsTlsOpts options)
    {
        X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12CollectionFromFile(options.CertBundleFile!, options.CertBundleFilePassword);
        X509Certificate2 own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("it contains no private key");
        all.Remove(own);
        return (own, all);
    }

    // Windows' TLS cannot use a key that lives in memory only.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new NatsTlsException($"The TLS file '{file}' (or the key that belongs to it) cannot be used: {e.Message}", e);
        }
    }
}
