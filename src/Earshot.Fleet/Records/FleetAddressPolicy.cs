namespace Earshot.Fleet;

/// <summary>What is kept of the addresses of clients.</summary>
public enum FleetAddressPolicy
{
    /// <summary>The whole address and its port.</summary>
    Keep,
    /// <summary>The network: the first 24 bits of an IPv4 address, the first 48 bits of an IPv6 address.</summary>
    Truncate,
    /// <summary>Nothing of the address.</summary>
    Drop,
}
