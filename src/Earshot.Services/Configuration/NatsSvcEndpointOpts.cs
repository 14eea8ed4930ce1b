namespace Earshot.Services;

/// <summary>Options of an endpoint.</summary>
public record NatsSvcEndpointOpts
{
    /// <summary>The name of the endpoint: letters, digits, hyphens and underscores. Null: the subject, with hyphens for dots.</summary>
    public string? Name { get; init; }

    /// <summary>The subject of the endpoint, below the subject of its group; wildcards are allowed. Null: the name.</summary>
    public string? Subject { get; init; }

    /// <summary>The queue group. Null: the one of the group, or of the service.</summary>
    public string? QueueGroup { get; init; }

    /// <summary>
    /// Whether the endpoint has a queue group; otherwise each instance of the service gets each request of it. Null: as its group or the service
    /// specify.
    /// </summary>
    public bool? UseQueueGroup { get; init; }

    /// <summary>Metadata of the endpoint. Null: none. They are copied.</summary>
    public IDictionary<string, string>? Metadata { get; init; }

    /// <summary>The number of requests that are processed at the same time. Default: 1, in the order of arrival.</summary>
    public int MaxConcurrency { get; init; } = 1;

    /// <summary>Options of the subscription, such as limits of waiting requests. Null: the defaults of the connection.</summary>
    /// <remarks>
    /// The default of <see cref="NatsSubOpts.PermissionViolationPolicy"/> is <see cref="NatsPermissionViolationPolicy.Retry"/> here. An
    /// endpoint whose subscription ends, for example after a maximum number of messages, is removed from the service and reported as a
    /// <see cref="NatsExceptionOccurredEvent"/>.
    /// </remarks>
    public NatsSubOpts? SubOpts { get; init; }
}
