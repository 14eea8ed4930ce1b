using System.Globalization;
using System.Text.Json.Nodes;

namespace Earshot.Services.Endpoints;

/// <summary>Makes the answers to ping, info and statistics. Each has its own copy of the metadata: the caller may change it.</summary>
internal sealed class ServiceReports(NatsSvcConfig config, string id, Action<Exception, INatsSub?> report)
{
    private readonly Dictionary<string, string> _metadata = config.Metadata is null ? [] : new Dictionary<string, string>(config.Metadata);

    public PingResponse Ping() => new() { Name = config.Name, Id = id, Version = config.Version, Metadata = Metadata() };

    public InfoResponse Info(IEnumerable<ServiceEndpoint> endpoints) => new()
    {
        Name = config.Name,
        Id = id,
        Version = config.Version,
        Metadata = Metadata(),
        Description = config.Description ?? "",
        Endpoints = [.. endpoints.Select(endpoint => new EndpointInfo { Name = endpoint.Name, Subject = endpoint.Subject, QueueGroup = endpoint.QueueGroup ?? "", Metadata = endpoint.Metadata ?? new Dictionary<string, string>() })],
    };

    public StatsResponse Stats(IEnumerable<ServiceEndpoint> endpoints, DateTimeOffset started) => new()
    {
        Name = config.Name,
        Id = id,
        Version = config.Version,
        Metadata = Metadata(),
        Started = started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        Endpoints = [.. endpoints.Select(Stats)],
    };

    private Dictionary<string, string> Metadata() => new(_metadata);

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
            Data = DataOf(endpoint),
        };
    }

    private JsonNode? DataOf(ServiceEndpoint endpoint)
    {
        try
        {
            JsonNode? data = config.StatsHandler?.Invoke(endpoint);
            _ = data?.ToJsonString(); // data that cannot be written must not cost the statistics of all endpoints
            return data;
        }
        catch (Exception e)
        {
            report(e, endpoint.Subscription);
            return null;
        }
    }
}
