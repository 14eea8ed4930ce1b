namespace Earshot.Fleet.Analysis;

/// <summary>What the words of a server mean by themselves. Words that are not here need the other half, or are new.</summary>
internal static class ReasonTable
{
    private static readonly Dictionary<string, FleetVerdict> s_closed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Slow Consumer (Pending Bytes)"] = FleetVerdict.SlowReader,
        ["Slow Consumer (Write Deadline)"] = FleetVerdict.SlowReader,
        ["Protocol Violation"] = FleetVerdict.ProtocolViolation,
        ["Parse Error"] = FleetVerdict.ProtocolViolation,
        ["Bad Client Protocol Version"] = FleetVerdict.ProtocolViolation,
        ["Message Header Violation"] = FleetVerdict.ProtocolViolation,
        ["No Responders Requires Headers"] = FleetVerdict.ProtocolViolation,
        ["Maximum Message Payload Exceeded"] = FleetVerdict.TooLarge,
        ["Maximum Control Line Exceeded"] = FleetVerdict.TooLarge,
        ["Maximum Connections Exceeded"] = FleetVerdict.ServerFull,
        ["Maximum Account Connections Exceeded"] = FleetVerdict.AccountFull,
        ["Authentication Failure"] = FleetVerdict.WrongCredentials,
        ["Authentication Timeout"] = FleetVerdict.AuthenticationTimeout,
        ["Authentication Expired"] = FleetVerdict.CredentialsExpired,
        ["Credentials Revoked"] = FleetVerdict.CredentialsRevoked,
        ["Kicked"] = FleetVerdict.Kicked,
    };

    private static readonly Dictionary<string, FleetVerdict> s_errors = new(StringComparer.Ordinal)
    {
        [nameof(NatsServerErrorCode.AuthorizationViolation)] = FleetVerdict.WrongCredentials,
        [nameof(NatsServerErrorCode.AuthenticationTimeout)] = FleetVerdict.AuthenticationTimeout,
        [nameof(NatsServerErrorCode.UserAuthenticationExpired)] = FleetVerdict.CredentialsExpired,
        [nameof(NatsServerErrorCode.AccountAuthenticationExpired)] = FleetVerdict.CredentialsExpired,
        [nameof(NatsServerErrorCode.UserAuthenticationRevoked)] = FleetVerdict.CredentialsRevoked,
        [nameof(NatsServerErrorCode.MaximumConnectionsExceeded)] = FleetVerdict.ServerFull,
        [nameof(NatsServerErrorCode.MaximumAccountConnectionsExceeded)] = FleetVerdict.AccountFull,
        [nameof(NatsServerErrorCode.MaximumPayloadViolation)] = FleetVerdict.TooLarge,
        [nameof(NatsServerErrorCode.MaximumControlLineExceeded)] = FleetVerdict.TooLarge,
        [nameof(NatsServerErrorCode.UnknownProtocolOperation)] = FleetVerdict.ProtocolViolation,
    };

    private static readonly HashSet<string> s_refusals = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authentication Failure", "Authentication Timeout", "Authentication Expired", "TLS Handshake Failure", "Maximum Connections Exceeded", "Maximum Account Connections Exceeded", "Bad Client Protocol Version",
        "Credentials Revoked", "Missing Account", "Incorrect Port", "No Responders Requires Headers",
    };

    public static FleetVerdict? OfClosed(string? reason) => reason is not null && s_closed.TryGetValue(reason, out FleetVerdict verdict) ? verdict : null;

    public static FleetVerdict? OfError(string? code) => code is not null && s_errors.TryGetValue(code, out FleetVerdict verdict) ? verdict : null;

    /// <summary>Whether a server that says this may have refused a client that it never accepted.</summary>
    public static bool MayRefuse(string? reason) => reason is not null && s_refusals.Contains(reason);
}
