namespace Earshot;

/// <summary>The reason why a connection was closed for good.</summary>
public enum NatsCloseReason
{
    /// <summary>The application closed the connection.</summary>
    UserClosed,
    /// <summary>The application disposed the connection.</summary>
    Disposed,
    /// <summary>A drain completed within its timeout.</summary>
    DrainCompleted,
    /// <summary>A drain did not complete within its timeout.</summary>
    DrainTimedOut,
    /// <summary>The session was lost during a drain and could not be replaced.</summary>
    DrainInterrupted,
    /// <summary>No server accepted the client at the first connect.</summary>
    InitialConnectFailed,
    /// <summary>The session was lost, and reconnecting is disabled.</summary>
    ReconnectDisabled,
    /// <summary>The maximum number of server attempts in one outage was reached (<see cref="NatsOpts.MaxReconnectRetry"/>).</summary>
    MaxReconnectsReached,
    /// <summary>The maximum duration of an outage was reached (<see cref="NatsOpts.ReconnectTimeLimit"/>).</summary>
    ReconnectTimeExceeded,
    /// <summary>The servers repeatedly rejected the credentials.</summary>
    AuthenticationFailed,
    /// <summary>A limit of reconnecting was reached, and every attempt of the outage failed because the credentials could not be obtained.</summary>
    CredentialsFailed,
    /// <summary>
    /// A limit of reconnecting was reached, and every attempt of the outage failed because the options contradict the server (TLS required
    /// or disabled).
    /// </summary>
    ConfigurationError,
    /// <summary>The client failed internally and could not continue.</summary>
    InternalFault,
}
