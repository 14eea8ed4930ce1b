using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Judges what a TLS handshake showed. Pure.</summary>
internal static class CertificateRules
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(14);

    /// <summary>Why the certificate is refused; null when it is accepted.</summary>
    public static Finding? Refusal(CertificateFacts facts, DateTimeOffset now)
    {
        if (facts.Errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (facts.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return Tls("noCertificate", "the server shows no certificate", "The server shows no certificate: configure cert_file and key_file in its tls block.");
        }

        if (facts.Chain.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return Untimely(facts, now);
        }

        if (facts.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return WrongName(facts);
        }

        return facts.Chain.HasFlag(X509ChainStatusFlags.Revoked)
            ? Tls("revokedCertificate", "the certificate is revoked", "The certificate of the server is revoked: replace it on the server.")
            : Tls(
                "unknownAuthority",
                $"the issuer is not trusted: {facts.Issuer}",
                $"The certificate is issued by '{facts.Issuer}', which this machine does not trust: pass its authority with --tlsca FILE.");
    }

    /// <summary>What to change before the certificate ends; null when there is time.</summary>
    public static string? Reminder(CertificateFacts facts, DateTimeOffset now) => facts.NotAfter - now < s_soon
        ? $"renew the certificate of the server, which expires on {Moment.Day(facts.NotAfter)}."
        : null;

    /// <summary>One line about an accepted certificate.</summary>
    public static string Describe(CertificateFacts facts, DateTimeOffset now) =>
        $"{facts.Protocol}, {facts.Cipher}; {facts.Subject} for {Listed(facts.Names)}; issued by {facts.Issuer}; expires {Moment.Day(facts.NotAfter)} (in {Moment.Distance(facts.NotAfter - now)})";

    private static Finding Untimely(CertificateFacts facts, DateTimeOffset now)
    {
        if (facts.NotAfter <= now)
        {
            return Tls(
                "expiredCertificate",
                $"the certificate expired on {Moment.Day(facts.NotAfter)} ({facts.Subject})",
                $"The certificate of the server expired {Moment.Distance(now - facts.NotAfter)} ago, on {Moment.Day(facts.NotAfter)}: renew it on the server.");
        }

        return facts.NotBefore > now
            ? Tls(
                "certificateNotYetValid",
                $"the certificate is valid from {Moment.Text(facts.NotBefore)} ({facts.Subject})",
                $"The certificate of the server is valid from {Moment.Text(facts.NotBefore)} on: check the clocks of both machines.")
            : Tls(
                "expiredAuthority",
                $"a certificate of the chain is not valid now (issuer {facts.Issuer})",
                $"A certificate above '{facts.Subject}' in the chain has expired: renew the authority '{facts.Issuer}'.");
    }

    private static Finding WrongName(CertificateFacts facts) => Tls(
        "wrongHostName",
        $"the certificate is for {Listed(facts.Names)}, not for {facts.Host}",
        facts.Names.Count > 0
            ? $"The certificate is not for '{facts.Host}': connect to one of its names ({Listed(facts.Names)}), or issue one for '{facts.Host}'."
            : $"The certificate has no names: issue one with the subject alternative name '{facts.Host}'.");

    private static string Listed(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "no name",
        <= 3 => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more",
    };

    private static Finding Tls(string cause, string text, string advice) => new(ExitCode.Tls, cause, text, advice);
}
