namespace Earshot.Lifecycle;

/// <summary>The limits for which a server refuses connections: their settings in its configuration, and when it checks them.</summary>
internal static class ServerLimits
{
    /// <summary>The setting as the server's configuration names it; null: the error is about no limit.</summary>
    public static string? NameOf(NatsServerErrorCode code) => code switch
    {
        NatsServerErrorCode.MaximumConnectionsExceeded => "max_connections",
        NatsServerErrorCode.MaximumAccountConnectionsExceeded => "of connections per account",
        NatsServerErrorCode.MaximumControlLineExceeded => "max_control_line",
        NatsServerErrorCode.ConnectionThrottled => "on the rate of new connections",
        _ => null,
    };

    /// <summary>
    /// A full server sends its error with INFO and does not wait for CONNECT, but the client may have sent that meanwhile (source:
    /// nats-server, server/server.go, createClient).
    /// </summary>
    public static NatsConnectPhase PhaseOf(NatsServerErrorCode code, NatsConnectPhase found) =>
        code == NatsServerErrorCode.MaximumConnectionsExceeded && found == NatsConnectPhase.Authentication ? NatsConnectPhase.Info : found;
}
