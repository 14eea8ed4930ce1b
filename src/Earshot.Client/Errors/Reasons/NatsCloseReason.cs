namespace Earshot;

/// <summary>Why a connection ended for good. Owns the words only.</summary>
public enum NatsCloseReason
{
    /// <summary>The application closed it.</summary>
    UserClosed,
    /// <summary>The application disposed it.</summary>
    Disposed,
    /// <summary>A drain finished in time.</summary>
    DrainCompleted,
    /// <summary>A drain did not finish in time.</summary>
    DrainTimedOut,
    /// <summary>The session was lost during a drain and could not be replaced.</summary>
    DrainInterrupted,
    /// <summary>No server could be reached at the first connect.</summary>
    InitialConnectFailed,
    /// <summary>The session was lost and reconnecting is switched off.</summary>
    ReconnectDisabled,
    /// <summary>The limit of reconnect attempts was reached.</summary>
    MaxReconnectsReached,
    /// <summary>The time limit for reconnecting was reached.</summary>
    ReconnectTimeExceeded,
    /// <summary>The servers rejected the credentials repeatedly.</summary>
    AuthenticationFailed,
    /// <summary>A limit of reconnecting was reached, and every attempt of the outage failed because the credentials could not be obtained.</summary>
    CredentialsFailed,
    /// <summary>A limit of reconnecting was reached, and every attempt of the outage failed because the options contradict the server (TLS demanded or forbidden).</summary>
    ConfigurationError,
    /// <summary>The client failed inside and could not go on.</summary>
    InternalFault,
}
