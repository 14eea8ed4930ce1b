namespace Earshot.Transport;

/// <summary>The TLS requirement of a connection before INFO is received.</summary>
internal enum TlsNeed
{
    Never,
    IfOffered,
    Upgrade,
    First,
    Impossible,
}
