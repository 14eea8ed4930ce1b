namespace Earshot.JetStream.Requests;

/// <summary>Completes configurations before they are sent. The caller's configuration is not modified.</summary>
internal static class ConfigRules
{
    /// <summary>Returns a copy of the configuration in which the domains of sources are replaced by prefixes of their API.</summary>
    public static StreamConfig ToSend(StreamConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        NameRules.CheckStream(config.Name, nameof(config));
        StreamSource? mirror = config.Mirror is { } mirrored ? WithDomain(mirrored) : null;
        ICollection<StreamSource>? sources = config.Sources?.Select(WithDomain).ToList();
        return config with { Mirror = mirror, Sources = sources };
    }

    /// <summary>Returns a copy of the configuration with a name: without one, a repeated call would create a second consumer.</summary>
    public static ConsumerConfig ToSend(ConsumerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        string name = config.Name ?? config.DurableName ?? Nuid.NewNuid();
        NameRules.CheckConsumer(name, nameof(config));
        if (config.DurableName is { } durable && durable != name)
        {
            throw new ArgumentException($"The consumer has the name '{name}' and the durable name '{durable}'; they must be equal.", nameof(config));
        }

        if (config.FilterSubject is not null && config.FilterSubjects is { Count: > 0 })
        {
            throw new ArgumentException("A consumer can have either FilterSubject or FilterSubjects, not both.", nameof(config));
        }

        return config with { Name = name };
    }

    private static StreamSource WithDomain(StreamSource source) =>
        source.Domain is not { } domain ? source
        : source.External is not null ? throw new ArgumentException($"The source '{source.Name}' has both a domain and an external prefix; only one is allowed.", nameof(source))
        : source with { External = new ExternalStreamSource { Api = $"$JS.{domain}.API" } };
}
