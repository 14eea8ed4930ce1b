// Small values that lifecycle events carry: times of a connect, what may have been lost, how a reconnect was asked for. No behaviour.
namespace Earshot;

/// <summary>How long each phase of a connect took; <see langword="null"/> where the phase did not take place.</summary>
public sealed record ConnectTimings
{
    /// <summary>Resolving the host name.</summary>
    public TimeSpan? Dns { get; init; }
    /// <summary>Making the TCP connection.</summary>
    public TimeSpan? Tcp { get; init; }
    /// <summary>The WebSocket upgrade.</summary>
    public TimeSpan? WebSocket { get; init; }
    /// <summary>The TLS handshake.</summary>
    public TimeSpan? Tls { get; init; }
    /// <summary>Waiting for the first INFO.</summary>
    public TimeSpan? Info { get; init; }
    /// <summary>Obtaining credentials and sending CONNECT.</summary>
    public TimeSpan? Authentication { get; init; }
    /// <summary>Waiting for the first PONG.</summary>
    public TimeSpan? Pong { get; init; }
    /// <summary>Sending the subscriptions again.</summary>
    public TimeSpan? Resubscribe { get; init; }
    /// <summary>All phases together.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>The time in which messages for this connection may have been lost: last inbound byte to server confirmation.</summary>
/// <param name="From">When the last byte of the lost session came in, in UTC.</param>
/// <param name="To">When the new server confirmed all subscriptions, in UTC.</param>
public readonly record struct LossWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>How a reconnect is to be made when the application asks for one.</summary>
public sealed record NatsForceReconnectOptions
{
    /// <summary>Why, in the application's words; appears in the events. Default: none.</summary>
    public string? Reason { get; init; }
    /// <summary>The server to go to; <see langword="null"/> (default) leaves the choice to the pool.</summary>
    public Uri? Target { get; init; }
}

/// <summary>What a subscription still held when a drain ran out of time.</summary>
/// <param name="Sid">Its id on the wire.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="PendingMessages">Messages that were not processed.</param>
public readonly record struct DrainRemainder(string Sid, string Subject, long PendingMessages);
