using Earshot.Authentication;
using Earshot.Protocol;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>How attempts are made.</summary>
internal sealed record AttemptOptions
{
    public required ITransportDialer Dialer { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required CredentialsResolver Credentials { get; init; }

    public required NatsTlsOpts Tls { get; init; }

    public required NatsWebSocketOpts WebSocket { get; init; }

    /// <summary>Says where a server is really dialled.</summary>
    public required Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnecting { get; init; }

    /// <summary>Sees, and may replace, what was dialled.</summary>
    public required Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailable { get; init; }

    /// <summary>CONNECT without credentials.</summary>
    public required ConnectInfo Connect { get; init; }

    /// <summary>Several addresses of one name are tried in random order.</summary>
    public required bool Randomize { get; init; }
}
