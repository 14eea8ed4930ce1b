// Words used by the events of connect attempts. Owns the words only.
namespace Earshot;

/// <summary>Who chose the server of an attempt.</summary>
public enum ServerSelection
{
    /// <summary>The server pool.</summary>
    Pool,
    /// <summary>The option callback that chooses a server.</summary>
    Callback,
    /// <summary>The target given to a forced reconnect.</summary>
    ForcedTarget,
}

/// <summary>Who decided how long to wait before the next attempt.</summary>
public enum DelaySource
{
    /// <summary>The backoff of the options.</summary>
    Default,
    /// <summary>The delay callback of the options.</summary>
    Handler,
    /// <summary>The callback that chooses a server.</summary>
    ReconnectToServer,
    /// <summary>The server asked clients to come back later.</summary>
    Throttled,
}

/// <summary>Which limit of reconnecting was reached.</summary>
public enum ExhaustedScope
{
    /// <summary>The attempts on one server.</summary>
    Server,
    /// <summary>The attempts on all servers together.</summary>
    Total,
    /// <summary>The time limit.</summary>
    Time,
}
