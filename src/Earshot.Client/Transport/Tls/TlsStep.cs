namespace Earshot.Transport;

/// <summary>What follows INFO that came in plain text.</summary>
internal enum TlsStep
{
    Plain,
    Upgrade,
    Refuse,
}
