using System.Security.Cryptography;
using System.Text;

namespace Earshot.Dashboard.Redaction;

/// <summary>Replaces subjects by a hash, or removes them.</summary>
internal static class SubjectText
{
    internal const string Dropped = "(subject)";

    internal static string Apply(string subject, NatsDashboardSubjects how) => how switch
    {
        NatsDashboardSubjects.Hash => $"#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)).AsSpan(0, 4))}",
        NatsDashboardSubjects.Drop => Dropped,
        _ => subject,
    };
}
