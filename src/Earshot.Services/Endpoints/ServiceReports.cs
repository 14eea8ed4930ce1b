using System.Globalization;

namespace Earshot.Services.Endpoints;

/// <summary>Makes the answers to ping, info and statistics.</summary>
internal sealed class ServiceReports(NatsSvcConfig config, string id)
{
    private readonly Dictionary<string, string> _metadata = config.Metadata is null ? [] : new Dictionary<string, string>(config.Metadata);

    public PingResponse Ping() => new() { Name = config.Name, Id = id, Version = config.Version, Metadata = _metadata };

    public InfoResponse Info(IEnumerable<ServiceEndpoint> endpoints) => new()
    {
        Name = config.Name,
        Id = id,
        Version = config.Version,
        Metadata = _metadata,
        Description = config.Description ?? "",
        Endpoints = [.. endpoints.Select(endpoint => new EndpointInfo { Name = endpoint.Name, Subject = endpoint.Subject, QueueGroup = endpoint.QueueGroup ?? "", Metadata = endpoint.Metadata ?? new Dictionary<string, string>() })],
    };

    public StatsResponse Stats(IEnumerable<ServiceEndpoint> endpoints, DateTimeOffset started) => new()
    {
        Name = config.Name,
        Id = id,
        Version = config.Version,
        Metadata = _metadata,
        Started = started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        Endpoints = [.. endpoints.Select(Stats)],
    };

    private EndpointStats Stats(ServiceEndpoint endpoint)
    {
        (long requests, long errors, long nanoseconds, string? lastError) = endpoint.ReadStatistics();
        return new EndpointStats
        {
            Name = endpoint.Name,
            Subject = endpoint.Subject,
            QueueGroup = endpoint.QueueGroup ?? "",
            NumRequests = requests,
            NumErrors = errors,
            LastError = lastError ?? "",
            ProcessingTime = nanoseconds,
            AverageProcessingTime = requests == 0 ? 0 : nanoseconds / requests,
            Data = config.StatsHandler?.Invoke(endpoint),
        };
    }
}
