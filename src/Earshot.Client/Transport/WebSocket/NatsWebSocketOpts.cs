using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text;
using Earshot.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>
/// How ws:// and wss:// connections are opened; TLS is configured by <see cref="NatsTlsOpts"/>. Immutable and safe to share between
/// connections; headers may hold secrets and are never printed.
/// </summary>
public sealed record NatsWebSocketOpts
{
    /// <summary>No headers, path <c>/</c>. A new object each time.</summary>
    public static NatsWebSocketOpts Default => new();

    /// <summary>Headers of the upgrade request, for gateways in front of the server. Default: none.</summary>
    [SuppressMessage("Usage", "CA2227:Collection properties should be read only", Justification = "The shape .NET users of NATS know.")]
    public IDictionary<string, StringValues>? RequestHeaders { get; init; }

    /// <summary>Path of the upgrade request, as a proxy may demand it; starts with a slash. Default: <c>/</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>
    /// Changes the options of the upgrade request last of all, for each attempt; runs on the thread pool within the connect timeout.
    /// The connection is already made and, for wss, encrypted: proxy, credentials and certificates cannot be set here. Compression is
    /// off unless it is set here, and then small frames may unpack to large ones. Default: none.
    /// </summary>
    public Func<Uri, ClientWebSocketOptions, CancellationToken, ValueTask>? ConfigureClientWebSocketOptions { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Path = ").Append(Redact.Url(Path));
        Redact.AppendIfSet(builder, nameof(RequestHeaders), RequestHeaders);
        return true;
    }
}
