namespace Earshot.Dashboard;

/// <summary>What the dashboard does with IP addresses in events and in the server pool. Host names are shown as they are.</summary>
public enum NatsDashboardAddresses
{
    /// <summary>Addresses are shown as they are.</summary>
    Keep,
    /// <summary>The last part of an IPv4 address, and all but the first three parts of an IPv6 address, are not shown.</summary>
    Truncate,
    /// <summary>Addresses are not shown.</summary>
    Drop,
}
