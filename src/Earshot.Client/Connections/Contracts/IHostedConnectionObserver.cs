using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>
/// A service of an extension that follows the connections of a host. The host calls every registered one, so that the extension depends neither on the package of the host
/// nor on the order of registrations.
/// </summary>
[ForExtensions]
internal interface IHostedConnectionObserver
{
    /// <summary>A connection was created and is not connected yet. It must not throw, wait, or resolve a connection.</summary>
    void Created(INatsConnection connection);

    /// <summary>The connections are about to close; the services of the application have stopped. Awaited before the first one closes.</summary>
    Task EndingAsync(CancellationToken cancellationToken);
}
