using Earshot.Services.Configuration;

namespace Earshot.Services.Endpoints;

/// <summary>What an endpoint is, with every default applied and checked.</summary>
internal sealed record EndpointPlan(string Name, string Subject, string? QueueGroup, IDictionary<string, string>? Metadata, int MaxConcurrency, NatsSubOpts SubOpts)
{
    /// <summary>Applies the defaults of the group and of the service.</summary>
    /// <param name="opts">What the caller has set.</param>
    /// <param name="group">The subject of the group; empty: no group.</param>
    /// <param name="groupQueue">The queue group of the group; null: the one of the service.</param>
    /// <param name="config">The configuration of the service.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static EndpointPlan Of(NatsSvcEndpointOpts opts, string group, string? groupQueue, NatsSvcConfig config)
    {
        string name = opts.Name ?? opts.Subject?.Replace('.', '-') ?? throw new ArgumentException("An endpoint needs a name or a subject.", nameof(opts));
        if (opts.Name is null && opts.Subject!.AsSpan().ContainsAny('*', '>'))
        {
            throw new ArgumentException($"The endpoint with the subject '{opts.Subject}' needs a name: the subject has a wildcard.", nameof(opts));
        }

        ServiceRules.CheckName(name, nameof(opts));
        ServiceRules.CheckQueueGroup(opts.QueueGroup, nameof(opts));
        if (opts is { UseQueueGroup: false, QueueGroup: not null })
        {
            throw new ArgumentException($"The endpoint '{name}' has the queue group '{opts.QueueGroup}' and must not use one.", nameof(opts));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxConcurrency, 1);
        string subject = group.Length == 0 ? opts.Subject ?? name : $"{group}.{opts.Subject ?? name}";
        ServiceRules.CheckSubject(subject, nameof(opts));
        string? queueGroup = opts.UseQueueGroup == false ? null : opts.QueueGroup ?? groupQueue ?? (opts.UseQueueGroup ?? config.UseQueueGroup ? config.QueueGroup : null);
        NatsSubOpts subOpts = opts.SubOpts ?? new NatsSubOpts();
        // A permission that is withdrawn for a while must not end the endpoint.
        subOpts = subOpts with { PermissionViolationPolicy = subOpts.PermissionViolationPolicy ?? NatsPermissionViolationPolicy.Retry };
        return new EndpointPlan(name, subject, queueGroup, opts.Metadata is null ? null : new Dictionary<string, string>(opts.Metadata), opts.MaxConcurrency, subOpts);
    }
}
