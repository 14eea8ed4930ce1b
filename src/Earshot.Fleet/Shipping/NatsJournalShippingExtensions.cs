using Earshot.Connections;
using Earshot.Fleet.Shipping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Earshot.Fleet;

/// <summary>Registers the shipping of journals with the services of an application.</summary>
public static class NatsJournalShippingExtensions
{
    /// <summary>
    /// Ships the journals of all connections that the package Earshot.Hosting creates, in any order of the registrations, each from its first event on. The shipper ends after the services
    /// of the application and before the connections. Other connections are added with <see cref="NatsJournalShipper.Add"/>; the shipper is a singleton.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="service">The name of the service, a part of the subject: 1 to 64 letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException">The name or an option is not allowed; the message names it and what is.</exception>
    public static IServiceCollection AddNatsJournalShipping(this IServiceCollection services, string service, Action<NatsJournalShippingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new NatsJournalShippingOptions { Service = service };
        configure?.Invoke(options);
        NatsJournalShippingOptions allowed = options.Checked();
        services.TryAddSingleton(_ => new NatsJournalShipper(allowed));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedConnectionObserver, HostedShipping>());
        return services;
    }
}
