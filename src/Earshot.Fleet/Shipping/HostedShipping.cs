using Earshot.Connections;

namespace Earshot.Fleet.Shipping;

/// <summary>Adds the connections of a host to the shipper, and ends it before they close.</summary>
internal sealed class HostedShipping(NatsJournalShipper shipper) : IHostedConnectionObserver
{
    public void Created(INatsConnection connection) => shipper.TryAdd(connection); // one that is created while the host stops is not shipped

    public Task EndingAsync(CancellationToken cancellationToken) => shipper.DisposeAsync().AsTask().WaitAsync(cancellationToken);
}
