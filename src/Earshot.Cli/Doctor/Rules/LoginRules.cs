using System.Security.Authentication;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Explains why the client was not accepted. Pure.</summary>
internal static class LoginRules
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(1);

    /// <summary>The cause of a failed attempt.</summary>
    public static Finding Of(NatsConnectPhase phase, Exception exception, CredentialFacts credentials, ServerFacts? server, DateTimeOffset now) => exception switch
    {
        NatsCredentialsException e => Login("unusableCredentials", e.Message, $"The credentials cannot be used: correct '{e.Path}' ({e.Reason})."),
        NatsServerException e => OfError(e.ServerError.Code, e.Error, credentials, server, now),
        // The examination has accepted the server's certificate before, so it is the client's that is refused.
        NatsTlsException or AuthenticationException or IOException when server is { IsCertificateRequired: true } && phase is (NatsConnectPhase.Tls or NatsConnectPhase.Authentication) =>
            new Finding(ExitCode.Tls, "clientCertificate", exception.Message, "The server refuses the TLS connection: check that it trusts the authority of the client certificate (ca_file in its tls block)."),
        NatsTlsException or AuthenticationException => new Finding(ExitCode.Tls, "tls", exception.Message, $"TLS is not established: {exception.Message.TrimEnd('.')}."),
        _ => OfPhase(phase, exception),
    };

    /// <summary>The cause of an error that the server sent.</summary>
    public static Finding OfError(NatsServerErrorCode code, string text, CredentialFacts credentials, ServerFacts? server, DateTimeOffset now) => code switch
    {
        NatsServerErrorCode.AuthorizationViolation => Rejected(text, credentials, server, now),
        NatsServerErrorCode.UserAuthenticationExpired or NatsServerErrorCode.AccountAuthenticationExpired =>
            Login("expiredCredentials", $"the server says: {text}", "The credentials have expired: get new ones from the operator of the account."),
        NatsServerErrorCode.UserAuthenticationRevoked => Login("revokedCredentials", $"the server says: {text}", "The user was revoked: get new credentials from the operator of the account."),
        NatsServerErrorCode.AuthenticationTimeout => Login("authenticationTimeout", $"the server says: {text}", "CONNECT did not reach the server in time: check the load of both machines and authorization.timeout of the server."),
        NatsServerErrorCode.MaximumConnectionsExceeded => Refused("fullServer", text, "The server has its maximum number of connections: close some, or raise max_connections in its configuration."),
        NatsServerErrorCode.MaximumAccountConnectionsExceeded => Refused("fullAccount", text, "The account has its maximum number of connections: close some, or raise the limit of the account."),
        NatsServerErrorCode.ConnectionThrottled => Refused("throttled", text, "The server limits new TLS connections: try later, or raise connection_rate_limit in its tls block."),
        NatsServerErrorCode.MaximumControlLineExceeded => Refused("controlLine", text, "CONNECT is longer than the server allows: raise max_control_line in its configuration."),
        _ => Refused("refused", text, $"The server refuses the connection with '{text}': look into its log."),
    };

    /// <summary>What to do about credentials that end soon; null when there is time.</summary>
    public static string? Reminder(CredentialFacts credentials, DateTimeOffset now) => credentials.Jwt?.Expires is { } expires && expires - now < s_soon
        ? $"get new credentials, because the JWT expires on {Moment.Text(expires)}."
        : null;

    private static Finding Rejected(string text, CredentialFacts credentials, ServerFacts? server, DateTimeOffset now)
    {
        string said = $"the server says: {text} (given: {credentials.Name})";
        return credentials.Kind switch
        {
            CredentialKind.None => Login("missingCredentials", said, Missing(server)),
            CredentialKind.UserAndPassword => Login("wrongPassword", said, "The server does not accept the user and password: check both, and that this server has the user."),
            CredentialKind.Token => Login("wrongToken", said, "The server does not accept the token: check it, and whether the server expects a user and password."),
            CredentialKind.NKey => Login("unknownNKey", said, "The server does not accept the nkey: add its public key to the users of the server, or use another seed."),
            _ => OfJwt(said, credentials.Jwt, now),
        };
    }

    private static string Missing(ServerFacts? server) => server switch
    {
        { HasNonce: true } => "The server requires credentials and none are given: pass --nkey FILE for an nkey, or --creds FILE for a JWT.",
        _ => "The server requires credentials and none are given: pass --user and --password, or --creds FILE.",
    };

    private static Finding OfJwt(string said, JwtFacts? jwt, DateTimeOffset now)
    {
        if (jwt?.Expires is { } expires && expires <= now)
        {
            return Login(
                "expiredJwt",
                $"the JWT expired {Moment.Text(expires)}; {said}",
                $"The JWT of '{jwt.Name}' expired {Moment.Distance(now - expires)} ago, on {Moment.Text(expires)}: get new credentials.");
        }

        return jwt?.NotBefore is { } start && start > now
            ? Login("jwtNotYetValid", $"the JWT is valid from {Moment.Text(start)}; {said}", $"The JWT is valid from {Moment.Text(start)} on: wait, or check the clocks of both machines.")
            : Login(
                "rejectedJwt",
                said,
                $"The server does not accept the JWT of '{jwt?.Name}': check that the server knows the account {jwt?.Account}, and that the user is not revoked.");
    }

    private static Finding OfPhase(NatsConnectPhase phase, Exception exception)
    {
        int code = Failure.OfAttempt(phase, exception);
        string text = $"{phase}: {exception.Message}";
        return phase switch
        {
            NatsConnectPhase.Dns => new Finding(code, "name", text, "The name cannot be resolved: check it and the name servers of this machine."),
            NatsConnectPhase.Tcp => new Finding(code, "unreachable", text, "No connection is established on the way to the server: check the address, the proxy and firewalls."),
            NatsConnectPhase.WebSocket => new Finding(ExitCode.NotNats, "webSocketRefused", text, "What answers does not switch to WebSocket: check the port, or use nats:// for a plain port."),
            NatsConnectPhase.Tls => new Finding(ExitCode.Tls, "tls", text, "The connection is lost during the TLS handshake: check whether the server expects TLS on this port, and look into its log."),
            NatsConnectPhase.Authentication when exception is TimeoutException =>
                new Finding(code, "silentAtLogin", text, "The server does not answer CONNECT: check whether its process hangs, or its authentication service (auth callout)."),
            NatsConnectPhase.Authentication => new Finding(code, "closedAtLogin", text, "The server closes the connection after CONNECT without a reason: look into its log."),
            _ => new Finding(code, "noInfo", text, "The server does not answer as a NATS server does: check the port and whether its process hangs."),
        };
    }

    private static Finding Login(string cause, string text, string advice) => new(ExitCode.Authentication, cause, text, advice);

    private static Finding Refused(string cause, string text, string advice) => new(ExitCode.Refused, cause, $"the server says: {text}", advice);
}
