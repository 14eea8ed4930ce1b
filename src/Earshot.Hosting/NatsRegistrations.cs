using Earshot.Hosting.Configuration;
using Earshot.Hosting.Connections;
using Earshot.Hosting.Lifetime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting;

/// <summary>The registrations among the services of an application, one for each key.</summary>
internal static class NatsRegistrations
{
    /// <summary>The registration of this key; the first call adds it, with what every registration needs.</summary>
    public static NatsRegistration For(IServiceCollection services, object? key)
    {
        foreach (ServiceDescriptor descriptor in services)
        {
            if (!descriptor.IsKeyedService && descriptor.ImplementationInstance is NatsRegistration registration && Equals(registration.Key, key))
            {
                return registration;
            }
        }

        var added = new NatsRegistration(key);
        services.AddSingleton(added);
        services.AddOptions<NatsOptsBuilder>(added.OptionsName).Configure<IServiceProvider>((builder, provider) => OptionsComposer.Compose(added, builder, provider)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NatsOptsBuilder>>(new OptionsValidator(added.OptionsName));
        services.TryAddSingleton<HostedConnections>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NatsHostedService>());
        return added;
    }
}
