namespace Earshot.Services.Endpoints;

/// <summary>An endpoint without the type of its requests.</summary>
internal abstract class ServiceEndpoint(EndpointPlan plan) : INatsSvcEndpoint
{
    private readonly EndpointStatistics _statistics = new();

    public long Requests => _statistics.Read().Requests;

    public long ProcessingTime => _statistics.Read().Nanoseconds;

    public long Errors => _statistics.Read().Errors;

    public string? LastError => _statistics.Read().LastError;

    public long AverageProcessingTime => _statistics.Read() is { Requests: > 0 } counts ? counts.Nanoseconds / counts.Requests : 0;

    public IDictionary<string, string>? Metadata => plan.Metadata;

    public string Name => plan.Name;

    public string Subject => plan.Subject;

    public string? QueueGroup => plan.QueueGroup;

    protected EndpointPlan Plan => plan;

    /// <summary>Completes when no request is processed and none can arrive.</summary>
    public abstract Task Ended { get; }

    public void Processed(TimeSpan elapsed) => _statistics.Processed(elapsed);

    public void Failed(int code, string description) => _statistics.Failed(code, description);

    public void Reset() => _statistics.Reset();

    public (long Requests, long Errors, long Nanoseconds, string? LastError) ReadStatistics() => _statistics.Read();

    /// <summary>Subscribes, and completes when the server has accepted it.</summary>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>No more requests arrive when this completes; those that have arrived are processed: see <see cref="Ended"/>.</summary>
    public abstract Task UnsubscribeAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
