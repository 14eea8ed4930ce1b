// Small values that lifecycle events carry: times of a connect, what may have been lost, how a reconnect was asked for. No behaviour.
using Earshot.Events;

namespace Earshot;

/// <summary>How long each phase of a connect took; <see langword="null"/> where the phase did not take place.</summary>
public sealed record ConnectTimings
{
    private readonly OptionalTime _dns, _tcp, _webSocket, _tls, _info, _authentication, _pong, _resubscribe;

    /// <summary>Resolving the host name.</summary>
    public TimeSpan? Dns { get => _dns.Value; init => _dns = new(value); }
    /// <summary>Making the TCP connection.</summary>
    public TimeSpan? Tcp { get => _tcp.Value; init => _tcp = new(value); }
    /// <summary>The WebSocket upgrade.</summary>
    public TimeSpan? WebSocket { get => _webSocket.Value; init => _webSocket = new(value); }
    /// <summary>The TLS handshake.</summary>
    public TimeSpan? Tls { get => _tls.Value; init => _tls = new(value); }
    /// <summary>Waiting for the first INFO.</summary>
    public TimeSpan? Info { get => _info.Value; init => _info = new(value); }
    /// <summary>Obtaining credentials and sending CONNECT.</summary>
    public TimeSpan? Authentication { get => _authentication.Value; init => _authentication = new(value); }
    /// <summary>Waiting for the first PONG.</summary>
    public TimeSpan? Pong { get => _pong.Value; init => _pong = new(value); }
    /// <summary>Sending the subscriptions again.</summary>
    public TimeSpan? Resubscribe { get => _resubscribe.Value; init => _resubscribe = new(value); }
    /// <summary>All phases together.</summary>
    public TimeSpan Total { get; init; }
}

/// <summary>The time in which messages for this connection may have been lost: last inbound byte to server confirmation.</summary>
/// <remarks>A message that this connection published up to a round trip before <c>From</c> may have been on its way to the server, and is lost as well.</remarks>
/// <param name="From">When the last byte of the lost session came in, in UTC.</param>
/// <param name="To">When the new server confirmed all subscriptions, in UTC.</param>
public readonly record struct LossWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Publishes and requests of this connection that may or may not have arrived: no answer of the lost server had covered them.</summary>
    public long UncertainMessages { get; init; }
    /// <summary>Their bytes.</summary>
    public long UncertainBytes { get; init; }
}

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
