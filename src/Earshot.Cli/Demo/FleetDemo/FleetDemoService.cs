using Earshot.Cli.Journals;
using Earshot.Fleet;

namespace Earshot.Cli.Demo;

/// <summary>A service with several connections and the shipper of their journals, as one line registers it in an application.</summary>
internal sealed class FleetDemoService : IAsyncDisposable
{
    private readonly NatsJournalShipper _shipper;
    private readonly List<NatsConnection> _connections = [];

    internal FleetDemoService(string name) => _shipper = new NatsJournalShipper(new NatsJournalShippingOptions { Service = name, MaxStartDelay = TimeSpan.FromMilliseconds(500) });

    internal IReadOnlyList<NatsConnection> Connections => _connections;

    internal IEnumerable<RecordedJournal> Journals => _connections.Select(connection => new RecordedJournal(connection.Opts.Name!, connection.Events.ToList()));

    /// <summary>Opens one more connection.</summary>
    internal async Task ConnectAsync(NatsOpts opts, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(opts);
        _connections.Add(connection);
        _shipper.Add(connection);
        await connection.ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A connection of the service that asks for TLS, which does not trust the certificate of the servers.</summary>
    internal async Task<NatsException> FailByCertificateAsync(NatsOpts opts, CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAsync(opts with { Name = "orders-api-tls", TlsOpts = new NatsTlsOpts { Mode = TlsMode.Require } }, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            return e;
        }

        throw new InvalidOperationException("The connection trusts a certificate that has signed itself.");
    }

    public async ValueTask DisposeAsync()
    {
        await _shipper.DisposeAsync().ConfigureAwait(false);
        foreach (NatsConnection connection in _connections)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
