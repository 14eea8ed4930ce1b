namespace Earshot.Transport;

/// <summary>What a connection demands of an attempt before it has heard anything of the server.</summary>
internal enum TlsNeed
{
    Never,
    IfOffered,
    Upgrade,
    First,
    Impossible,
}
