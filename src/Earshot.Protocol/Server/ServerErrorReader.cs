using static Earshot.NatsServerErrorCode;
using static Earshot.NatsServerErrorScope;

namespace Earshot.Protocol;

/// <summary>
/// Turns the text of -ERR into an error with a code. Matches prefixes without regard to case, because servers and their
/// documentation differ in both. Independent of the connection.
/// </summary>
internal static class ServerErrorReader
{
    private static readonly Row[] s_rows =
    [
        new("Authentication Timeout", AuthenticationTimeout, ServerCloses: true, Retryable: true, Connection),
        new("Authorization Timeout", AuthenticationTimeout, ServerCloses: true, Retryable: true, Connection),
        new("Authorization Violation", AuthorizationViolation, ServerCloses: true, Retryable: false, Connection),
        new("User Authentication Expired", UserAuthenticationExpired, ServerCloses: true, Retryable: false, Connection),
        new("User Authentication Revoked", UserAuthenticationRevoked, ServerCloses: true, Retryable: false, Connection),
        new("Account Authentication Expired", AccountAuthenticationExpired, ServerCloses: true, Retryable: false, Connection),
        new("maximum connections exceeded", MaximumConnectionsExceeded, ServerCloses: true, Retryable: true, Connection),
        new("Connection throttling is active", ConnectionThrottled, ServerCloses: true, Retryable: true, Connection),
        new("maximum account active connections exceeded", MaximumAccountConnectionsExceeded, ServerCloses: true, Retryable: true, Connection),
        new("Failed Account Registration", FailedAccountRegistration, ServerCloses: false, Retryable: true, Connection),
        new("invalid client protocol", InvalidClientProtocol, ServerCloses: true, Retryable: false, Connection),
        new("no responders requires headers", NoRespondersRequiresHeaders, ServerCloses: true, Retryable: false, Connection),
        new("Secure Connection - TLS Required", TlsRequired, ServerCloses: true, Retryable: false, Connection),
        new("Maximum Payload Violation", MaximumPayloadViolation, ServerCloses: true, Retryable: true, Connection),
        new("maximum control line exceeded", MaximumControlLineExceeded, ServerCloses: true, Retryable: false, Connection),
        new("Unknown Protocol Operation", UnknownProtocolOperation, ServerCloses: true, Retryable: false, Connection),

        // Closes only when an account update lowers the limit below the count, which the text does not state.
        new("maximum subscriptions exceeded", MaximumSubscriptionsExceeded, ServerCloses: false, Retryable: true, Subscription),
        new("Invalid Subject", InvalidSubject, ServerCloses: false, Retryable: false, Subscription),
        new("Invalid Publish Subject", InvalidPublishSubject, ServerCloses: false, Retryable: false, Message),
        new("Stale Connection", StaleConnection, ServerCloses: true, Retryable: true, Connection),
        new("attempted to connect to ", Unknown, ServerCloses: true, Retryable: false, Connection),
        new(PermissionErrorText.Prefix, PermissionsViolation, ServerCloses: false, Retryable: false, Message),
    ];

    /// <summary>Reads the text between the outer quotes of -ERR. Never throws; what it does not know is Unknown.</summary>
    public static NatsServerError Parse(string text)
    {
        foreach (Row row in s_rows)
        {
            if (text.StartsWith(row.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                var error = new NatsServerError { Code = row.Code, Text = text, ServerCloses = row.ServerCloses, Retryable = row.Retryable, Scope = row.Scope };
                return row.Code == PermissionsViolation ? PermissionErrorText.Read(error) : error;
            }
        }

        return new NatsServerError { Code = Unknown, Text = text, Retryable = true };
    }

    private sealed record Row(string Prefix, NatsServerErrorCode Code, bool ServerCloses, bool Retryable, NatsServerErrorScope Scope);
}
