using Earshot.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting.Connections;

/// <summary>
/// The options of a registration before the steps of code: the defaults of a hosted connection, then the section, then the connection
/// string.
/// </summary>
internal static class OptionsComposer
{
    public static void Compose(NatsRegistration registration, NatsOptsBuilder builder, IServiceProvider provider)
    {
        builder.Opts = Defaults(registration, provider);
        if (provider.GetService<IConfiguration>() is not { } configuration)
        {
            return;
        }

        IConfigurationSection section = configuration.GetSection(registration.Section);
        NatsRegistration[] all = [.. provider.GetServices<NatsRegistration>()];
        new SectionReader(section, builder).Read(Below(registration.Section, all));
        if (ChecksDefaultSection(registration, all))
        {
            new SectionReader(configuration.GetSection(NatsRegistration.DefaultSection), builder).CheckNames(Below(NatsRegistration.DefaultSection, all));
        }

        if (configuration.GetConnectionString(registration.ConnectionStringName) is { Length: > 0 } servers)
        {
            builder.Opts = builder.Opts with { Url = servers };
            string path = $"ConnectionStrings:{registration.ConnectionStringName}";
            builder.Sources[nameof(NatsOpts.Url)] = path;
            string hint = registration.ConnectionStringName == registration.Key?.ToString() ? " The name is that of the key of the connection; WithConnectionString selects another one." : "";
            builder.ConnectionStringRefusal = $"{path}: the value is not a list of server URLs, such as nats://n1:4222,nats://n2:4222.{hint}";
        }
    }

    private static NatsOpts Defaults(NatsRegistration registration, IServiceProvider provider)
    {
        NatsOpts opts = NatsOpts.Default with { SerializerRegistry = NatsClientDefaultSerializerRegistry.Default, RetryOnInitialConnect = ConnectMode(registration, provider) != NatsConnectOnStart.Required };
        if (provider.GetService<TimeProvider>() is { } time)
        {
            opts = opts with { TimeProvider = time };
        }

        return provider.GetService<IHostEnvironment>()?.ApplicationName is { Length: > 0 } application
            ? opts with { Name = registration.Key is null ? application : $"{application} {registration.Key}" }
            : opts;
    }

    /// <summary>What the host does at the start: as code says, else as the section says, else as what depends on the connection requires.</summary>
    public static NatsConnectOnStart ConnectMode(NatsRegistration registration, IServiceProvider provider)
    {
        if (provider.GetRequiredService<IOptionsMonitor<NatsHostOptions>>().Get(registration.OptionsName).ConnectOnStart is { } mode)
        {
            return mode;
        }

        string? text = provider.GetService<IConfiguration>()?.GetSection(registration.Section)[nameof(NatsHostOptions.ConnectOnStart)];
        return text is null ? registration.IsNeededOnStart ? NatsConnectOnStart.Background : NatsConnectOnStart.No
            : Enum.TryParse(text, ignoreCase: true, out NatsConnectOnStart configured) && Enum.IsDefined(configured) ? configured
            : throw new OptionsValidationException(registration.OptionsName, typeof(NatsHostOptions), [$"{registration.Section}:{nameof(NatsHostOptions.ConnectOnStart)}: '{text}' is not one of {string.Join(", ", Enum.GetNames<NatsConnectOnStart>())}."]);
    }

    private static string[] Below(string section, IEnumerable<NatsRegistration> all) =>
        [.. all.Select(other => other.Section).Where(other => other.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase)).Select(other => other[(section.Length + 1)..].Split(':')[0])];

    // When no connection reads the section above those of keyed connections, the first of them looks for names in it that are misspelled.
    private static bool ChecksDefaultSection(NatsRegistration registration, NatsRegistration[] all) =>
        !all.Any(static other => other.Section.Equals(NatsRegistration.DefaultSection, StringComparison.OrdinalIgnoreCase))
        && registration == all.FirstOrDefault(static other => other.Key is not null && other.Section == $"{NatsRegistration.DefaultSection}:{other.Key}");
}
