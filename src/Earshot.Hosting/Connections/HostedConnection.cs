using System.Diagnostics.CodeAnalysis;
using Earshot.Hosting.Health;

namespace Earshot.Hosting.Connections;

/// <summary>
/// A connection that belongs to the host. Disposing it does nothing, because code that resolves it from a scope does not own it; the host
/// closes it with <see cref="EndAsync"/>.
/// </summary>
internal sealed class HostedConnection : NatsConnection, IDisposable
{
    public HostedConnection(NatsOpts opts, bool hasHealthCheck)
        : base(opts)
    {
        if (hasHealthCheck)
        {
            Health = new ConnectionHealth(this);
        }
    }

    /// <summary>The facts for health checks; null without a health check.</summary>
    public ConnectionHealth? Health { get; }

    /// <summary>Does nothing: the container disposes what it has resolved, and the connection belongs to the host.</summary>
    public void Dispose()
    {
    }

    /// <inheritdoc cref="Dispose"/>
    [SuppressMessage("Usage", "CA2215", Justification = "The host closes the connection, in EndAsync.")]
    public override ValueTask DisposeAsync() => default;

    /// <summary>Closes the connection for good.</summary>
    public ValueTask EndAsync() => base.DisposeAsync();
}
