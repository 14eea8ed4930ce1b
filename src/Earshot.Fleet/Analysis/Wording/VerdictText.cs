namespace Earshot.Fleet.Analysis;

/// <summary>Causes in words.</summary>
internal static class VerdictText
{
    /// <summary>Returns the cause as part of a sentence, behind a colon.</summary>
    public static string Of(FleetVerdict verdict) => verdict switch
    {
        FleetVerdict.PlannedRestart => "a planned restart, the server was in lame duck mode",
        FleetVerdict.Stopped => "the server was stopped without lame duck mode",
        FleetVerdict.Died => "the server died",
        FleetVerdict.Replaced => "the server was restarted without lame duck mode; whether it was stopped or died, only its events show",
        FleetVerdict.Silent => "the server does not answer",
        FleetVerdict.Frozen => "the server was frozen and continued",
        FleetVerdict.SlowReader => "the client read too slowly",
        FleetVerdict.ProcessPaused => "the process of the client was paused",
        FleetVerdict.ProcessDied => "the process of the client died",
        FleetVerdict.ClientSilent => "the client did not answer the server's PINGs",
        FleetVerdict.ServerUnreachable => "the client received nothing from the server and gave the connection up",
        FleetVerdict.NetworkFailure => "the network connection was interrupted",
        FleetVerdict.UserRemovedOrProxy => "the user was removed by a reload, or a proxy closed the connection: the client runs and did not ask for it",
        FleetVerdict.WrongCredentials => "the credentials were not accepted",
        FleetVerdict.AuthenticationTimeout => "the client sent no credentials in time",
        FleetVerdict.CredentialsExpired => "the credentials expired",
        FleetVerdict.CredentialsRevoked => "the credentials were revoked",
        FleetVerdict.Certificate => "the certificate was not accepted",
        FleetVerdict.TlsFailed => "the TLS handshake failed",
        FleetVerdict.ServerFull => "the server has its maximum number of connections",
        FleetVerdict.AccountFull => "the account has its maximum number of connections",
        FleetVerdict.ProtocolViolation => "the client violated the protocol",
        FleetVerdict.TooLarge => "the client sent more than the server accepts in one message or line",
        FleetVerdict.Kicked => "an operator closed the connection",
        _ => "the cause is not known",
    };
}
