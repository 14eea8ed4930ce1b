namespace Earshot.Authentication;

/// <summary>What a key belongs to; the value is the first byte of its encoded form.</summary>
internal enum NKeyKind
{
    Account = 0,
    Cluster = 2 << 3,
    Server = 13 << 3,
    Operator = 14 << 3,
    User = 20 << 3,
    Curve = 23 << 3,
}
