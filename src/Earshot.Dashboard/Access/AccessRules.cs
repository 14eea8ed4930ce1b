namespace Earshot.Dashboard.Access;

/// <summary>
/// Who may read the page: with authorization, those whom it lets pass; without, only a browser on the same machine with the token, and only
/// in Development. A proxy on this machine has a local address too, hence the other conditions.
/// </summary>
internal static class AccessRules
{
    internal static AccessDecision Decide(in AccessFacts facts) => facts switch
    {
        { IsProtected: true } => AccessDecision.Allowed,
        { IsDevelopment: false } or { IsLocalPeer: false } or { IsForwarded: true } or { IsLocalHost: false } => AccessDecision.NotFound,
        { HasToken: true } => AccessDecision.Allowed,
        _ => AccessDecision.TokenMissing,
    };

    /// <summary>Whether a name in a header Host is the loopback interface: an address, or a name that resolvers may not ask a server for (RFC 6761).</summary>
    internal static bool IsLocalHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out System.Net.IPAddress? address) && System.Net.IPAddress.IsLoopback(address));
}
