using static Earshot.NatsServerErrorCode;
using static Earshot.NatsServerErrorScope;

namespace Earshot.Protocol;

/// <summary>
/// Turns the text of -ERR into an error with a code. Matches prefixes without regard to case, because servers and their
/// documentation differ in both. Independent of the connection.
/// </summary>
internal static class ServerErrorReader
{
    /// <summary>Reads the text between the outer quotes of -ERR. Never throws; what it does not know is Unknown.</summary>
    public static NatsServerError Parse(string text)
    {
        Row row = Find(text);
        var error = new NatsServerError { Code = row.Code, Text = text, ServerCloses = row.ServerCloses, Retryable = row.Retryable, Scope = row.Scope };
        return row.Code == PermissionsViolation ? PermissionErrorText.Read(error) : error;
    }

    private static Row Find(string text) => text switch
    {
        _ when Begins(text, "Authentication Timeout") => new(AuthenticationTimeout, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "Authorization Timeout") => new(AuthenticationTimeout, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "Authorization Violation") => new(AuthorizationViolation, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "User Authentication Expired") => new(UserAuthenticationExpired, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "User Authentication Revoked") => new(UserAuthenticationRevoked, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "Account Authentication Expired") => new(AccountAuthenticationExpired, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "maximum connections exceeded") => new(MaximumConnectionsExceeded, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "Connection throttling is active") => new(ConnectionThrottled, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "maximum account active connections exceeded") => new(MaximumAccountConnectionsExceeded, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "Failed Account Registration") => new(FailedAccountRegistration, ServerCloses: false, Retryable: true, Connection),
        _ when Begins(text, "invalid client protocol") => new(InvalidClientProtocol, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "no responders requires headers") => new(NoRespondersRequiresHeaders, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "Secure Connection - TLS Required") => new(TlsRequired, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "Maximum Payload Violation") => new(MaximumPayloadViolation, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "maximum control line exceeded") => new(MaximumControlLineExceeded, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, "Unknown Protocol Operation") => new(UnknownProtocolOperation, ServerCloses: true, Retryable: false, Connection),

        // Closes only when an account update lowers the limit below the count, which the text does not state.
        _ when Begins(text, "maximum subscriptions exceeded") => new(MaximumSubscriptionsExceeded, ServerCloses: false, Retryable: true, Subscription),
        _ when Begins(text, "Invalid Subject") => new(InvalidSubject, ServerCloses: false, Retryable: false, Subscription),
        _ when Begins(text, "Invalid Publish Subject") => new(InvalidPublishSubject, ServerCloses: false, Retryable: false, Message),
        _ when Begins(text, "Stale Connection") => new(StaleConnection, ServerCloses: true, Retryable: true, Connection),
        _ when Begins(text, "attempted to connect to ") => new(Unknown, ServerCloses: true, Retryable: false, Connection),
        _ when Begins(text, PermissionErrorText.Prefix) => new(PermissionsViolation, ServerCloses: false, Retryable: false, Message),
        _ => new(Unknown, ServerCloses: false, Retryable: true, Connection),
    };

    private static bool Begins(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private readonly record struct Row(NatsServerErrorCode Code, bool ServerCloses, bool Retryable, NatsServerErrorScope Scope);
}
