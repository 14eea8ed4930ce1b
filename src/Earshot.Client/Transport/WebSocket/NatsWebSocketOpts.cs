using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text;
using Earshot.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Earshot;

/// <summary>
/// The options of ws:// and wss:// connections; TLS is configured by <see cref="NatsTlsOpts"/>. Immutable; can be shared by
/// connections. Headers may contain secrets and are never printed.
/// </summary>
public sealed record NatsWebSocketOpts
{
    /// <summary>Options without headers and with the path <c>/</c>. A new object each time.</summary>
    public static NatsWebSocketOpts Default => new();

    /// <summary>Headers of the upgrade request, for gateways in front of the server. Default: none.</summary>
    [SuppressMessage("Usage", "CA2227:Collection properties should be read only", Justification = "The shape .NET users of NATS know.")]
    public IDictionary<string, StringValues>? RequestHeaders { get; init; }

    /// <summary>Path of the upgrade request; starts with a slash. Default: <c>/</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Callback that changes the options of the upgrade request last, for each attempt. Default: none.</summary>
    /// <remarks>
    /// Runs on the thread pool within <see cref="NatsOpts.ConnectTimeout"/>. The transport is already connected and, for wss, encrypted:
    /// proxy, credentials and certificates cannot be set here. Compression is off unless it is enabled here; small frames may then expand
    /// to large ones.
    /// </remarks>
    public Func<Uri, ClientWebSocketOptions, CancellationToken, ValueTask>? ConfigureClientWebSocketOptions { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Path = ").Append(Redact.Url(Path));
        Redact.AppendIfSet(builder, nameof(RequestHeaders), RequestHeaders);
        return true;
    }
}
