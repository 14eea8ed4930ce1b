using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Doctor;

/// <summary>What a TLS handshake showed. The texts come from the certificate, so they are not trusted.</summary>
internal sealed record CertificateFacts
{
    /// <summary>The host name that the certificate must be issued for.</summary>
    public required string Host { get; init; }

    public string Protocol { get; init; } = "";

    public string Cipher { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Issuer { get; init; } = "";

    /// <summary>The names and addresses it is for.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset NotAfter { get; init; }

    public SslPolicyErrors Errors { get; init; }

    /// <summary>What is wrong with the chain.</summary>
    public X509ChainStatusFlags Chain { get; init; }

    /// <summary>The number of certificates in the chain that could be built.</summary>
    public int ChainLength { get; init; }

    /// <summary>The facts of a certificate; the connection's are to be added.</summary>
    public static CertificateFacts Of(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors) => new()
    {
        Host = host,
        Subject = certificate?.Subject ?? "",
        Issuer = certificate?.Issuer ?? "",
        Names = [.. NamesOf(certificate)],
        NotBefore = certificate?.NotBefore ?? default,
        NotAfter = certificate?.NotAfter ?? default,
        Errors = errors,
        Chain = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status),
        ChainLength = chain?.ChainElements.Count ?? 0,
    };

    public JsonObject ToJson() => new()
    {
        ["protocol"] = Protocol,
        ["cipher"] = Cipher,
        ["subject"] = Subject,
        ["issuer"] = Issuer,
        ["names"] = new JsonArray([.. Names.Select(static name => JsonValue.Create(name))]),
        ["notBefore"] = Moment.Text(NotBefore),
        ["notAfter"] = Moment.Text(NotAfter),
        ["errors"] = Errors.ToString(),
        ["chain"] = Chain.ToString(),
        ["chainLength"] = ChainLength,
    };

    private static IEnumerable<string> NamesOf(X509Certificate2? certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate?.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? [] : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString()));
    }
}
