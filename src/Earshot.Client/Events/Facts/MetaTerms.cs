// Words used by the events about listening itself. Owns the words only.
namespace Earshot;

/// <summary>Which way a traced protocol line went.</summary>
public enum TraceDirection
{
    /// <summary>From the server.</summary>
    Inbound,
    /// <summary>To the server.</summary>
    Outbound,
}

/// <summary>Which callback of the options threw.</summary>
public enum OptionCallback
{
    /// <summary>The delay before an attempt.</summary>
    ReconnectDelay,
    /// <summary>The choice of a server (<c>NatsOpts.ServerSelector</c>).</summary>
    ServerSelector,
    /// <summary>The credentials.</summary>
    Auth,
    /// <summary>The TLS options.</summary>
    TlsConfig,
    /// <summary>The dialler.</summary>
    Dialer,
    /// <summary>The filter of advertised servers (<c>NatsOpts.DiscoveredServerFilter</c>).</summary>
    DiscoveredServerFilter,
}
