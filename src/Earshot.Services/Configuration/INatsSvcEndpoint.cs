namespace Earshot.Services;

/// <summary>An endpoint of a service, with its statistics. Safe for use from any thread. Disposing it removes it: requests that have arrived are answered.</summary>
/// <remarks>Disposing it within a handler of the service does not wait for the request of this handler.</remarks>
public interface INatsSvcEndpoint : IAsyncDisposable
{
    /// <summary>The number of processed requests since the start, or since the last reset.</summary>
    long Requests { get; }

    /// <summary>The sum of the processing times, in nanoseconds.</summary>
    long ProcessingTime { get; }

    /// <summary>The number of requests that were answered with an error.</summary>
    long Errors { get; }

    /// <summary>The last error, as code and description, of which the first 1,024 bytes (UTF-8) are kept; null when there was none.</summary>
    string? LastError { get; }

    /// <summary>The average processing time, in nanoseconds.</summary>
    long AverageProcessingTime { get; }

    /// <summary>A copy of the metadata of the endpoint; null when it has none.</summary>
    IDictionary<string, string>? Metadata { get; }

    /// <summary>The name of the endpoint.</summary>
    string Name { get; }

    /// <summary>The whole subject, with the subjects of the groups.</summary>
    string Subject { get; }

    /// <summary>The queue group; null when each instance of the service gets each request.</summary>
    string? QueueGroup { get; }
}
