namespace Earshot.Services;

/// <summary>Finds services of other programs, and asks for their descriptions and statistics. Safe for use from any thread.</summary>
public interface INatsSvcDiscovery
{
    /// <summary>Asks which instances of services are running.</summary>
    /// <param name="name">The name of the service. Null: all services.</param>
    /// <param name="id">The id of one instance; needs a name. Null: all instances.</param>
    /// <param name="opts">How long to wait for answers. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>One answer per instance, in the order of arrival; none when there is no service. Ends as <see cref="NatsSvcDiscoveryOpts"/> say.</returns>
    /// <exception cref="ArgumentException">The name, the id or an option is not valid, or there is an id without a name.</exception>
    IAsyncEnumerable<PingResponse> PingAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Asks instances of services for their descriptions.</summary>
    /// <inheritdoc cref="PingAsync"/>
    IAsyncEnumerable<InfoResponse> InfoAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Asks instances of services for their statistics.</summary>
    /// <inheritdoc cref="PingAsync"/>
    IAsyncEnumerable<StatsResponse> StatsAsync(string? name = null, string? id = null, NatsSvcDiscoveryOpts? opts = null, CancellationToken cancellationToken = default);
}
