using System.Text.Json.Nodes;
using Earshot.Services.Configuration;

namespace Earshot.Services;

/// <summary>The configuration of a service.</summary>
public record NatsSvcConfig
{
    /// <summary>Creates the configuration of a service.</summary>
    /// <param name="name">The name of the service: letters, digits, hyphens and underscores.</param>
    /// <param name="version">The version of the service, as a semantic version such as 1.0.0.</param>
    /// <exception cref="ArgumentException">The name or the version is not valid.</exception>
    public NatsSvcConfig(string name, string version)
    {
        ServiceRules.CheckName(name, nameof(name));
        ServiceRules.CheckVersion(version, nameof(version));
        (Name, Version) = (name, version);
    }

    /// <summary>The name of the service.</summary>
    public string Name { get; }

    /// <summary>The version of the service.</summary>
    public string Version { get; }

    /// <summary>The description of the service. Null: none.</summary>
    public string? Description { get; init; }

    /// <summary>Metadata of the service. Null: none. They are copied when the service starts.</summary>
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>The queue group of endpoints that have none of their own. Default: q.</summary>
    public string QueueGroup { get; init; } = "q";

    /// <summary>Whether endpoints without a queue group of their own use <see cref="QueueGroup"/>; otherwise each instance of the service gets each request. Default: true.</summary>
    public bool UseQueueGroup { get; init; } = true;

    /// <summary>Callback for the field <c>data</c> of the statistics of an endpoint. Called for each request for statistics. Null: no data.</summary>
    /// <remarks>
    /// When it throws, or its result cannot be written as JSON, the endpoint has no data, and the exception is reported as a
    /// <see cref="NatsExceptionOccurredEvent"/>.
    /// </remarks>
    public Func<INatsSvcEndpoint, JsonNode?>? StatsHandler { get; init; }

    /// <summary>
    /// Whether the message of an unexpected exception of a handler is sent to the requester. Default: false, the requester gets "internal
    /// error". It is always in the event and in the statistics.
    /// </summary>
    public bool SendExceptionMessages { get; init; }

    /// <summary>The first token of the subjects for ping, info and statistics. Default: $SRV.</summary>
    public string ApiPrefix { get; init; } = "$SRV";

    /// <summary>
    /// The longest duration of a stop of the service, or of the removal of an endpoint: handlers have this time to finish. Zero: they are not
    /// waited for. <see cref="Timeout.InfiniteTimeSpan"/>: no limit. Otherwise below 24 days. Default: 30 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
