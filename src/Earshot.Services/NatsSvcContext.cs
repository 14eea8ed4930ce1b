namespace Earshot.Services;

/// <summary>Starts services on a connection. Safe for use from any thread.</summary>
/// <param name="nats">The connection.</param>
public class NatsSvcContext(INatsConnection nats) : INatsSvcContext
{
    /// <inheritdoc/>
    public INatsConnection Connection { get; } = nats ?? throw new ArgumentNullException(nameof(nats));

    /// <inheritdoc/>
    public ValueTask<INatsSvcServer> AddServiceAsync(string name, string version, string queueGroup = "q", CancellationToken cancellationToken = default) =>
        AddServiceAsync(new NatsSvcConfig(name, version) { QueueGroup = queueGroup }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<INatsSvcServer> AddServiceAsync(NatsSvcConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        var server = new NatsSvcServer(Connection, config, CancellationToken.None);
        try
        {
            await server.StartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
