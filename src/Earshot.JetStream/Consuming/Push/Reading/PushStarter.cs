using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>Creates push consumers, or finds existing ones, and prepares their reads.</summary>
internal sealed class PushStarter(ContextParts parts)
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);

    private readonly ConsumerCalls _consumers = new(parts);

    /// <exception cref="ArgumentException">The options are mutually exclusive or out of range.</exception>
    public async ValueTask<(ConsumerInfo Info, PushReads Reads)> CreateAsync(string stream, NatsJSPushConsumerOpts opts, ConsumerCreateAction action, CancellationToken cancellationToken)
    {
        ConsumerConfig config = ConfigOf(opts);
        ConsumerInfo info = await new ConsumerCreation(parts).CreateAsync(stream, config, action, cancellationToken).ConfigureAwait(false);
        PushPlan plan = Plan(stream, config) with
        {
            IsSubjectFixed = opts.DeliverSubject is not null,
            IsRecreatable = config.DurableName is null && config.DeliverGroup is null,
            NotificationHandler = opts.NotificationHandler,
        };
        return (info, new PushReads(WithLimits(plan, opts.SubOpts), info));
    }

    /// <exception cref="NatsJSProtocolException">The consumer is a pull consumer.</exception>
    public async ValueTask<(ConsumerInfo Info, PushReads Reads)> GetAsync(string stream, string consumer, CancellationToken cancellationToken)
    {
        ConsumerInfo info = await _consumers.InfoAsync(stream, consumer, cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(info.Config.DeliverSubject)
            ? throw PushFailures.IsPull(stream, consumer)
            : (info, new PushReads(WithLimits(Plan(stream, info.Config), null), info));
    }

    private PushPlan Plan(string stream, ConsumerConfig config) => new() { Parts = parts, Stream = stream, Config = config };

    private PushPlan WithLimits(PushPlan plan, NatsSubOpts? limits)
    {
        NatsOpts connection = parts.Connection.Opts;
        bool isBounded = plan.Config.FlowControl;
        return plan with
        {
            MaxMsgs = limits?.PendingMessagesLimit ?? limits?.ChannelOpts?.Capacity ?? (isBounded ? long.MaxValue : connection.SubPendingChannelCapacity),
            MaxBytes = limits?.PendingBytesLimit ?? (isBounded ? long.MaxValue : connection.SubPendingBytesLimit),
        };
    }

    private ConsumerConfig ConfigOf(NatsJSPushConsumerOpts opts)
    {
        TimeSpan heartbeat = opts.IdleHeartbeat ?? s_heartbeat;
        if (heartbeat < TimeSpan.Zero || (opts.FlowControl && heartbeat == TimeSpan.Zero))
        {
            throw new ArgumentException("The heartbeat of a push consumer must not be negative, and flow control requires heartbeats.", nameof(opts));
        }

        if (opts.DeliverSubject is { } subject && subject.AsSpan().ContainsAny('*', '>'))
        {
            throw new ArgumentException($"The deliver subject '{subject}' contains wildcards.", nameof(opts));
        }

        return new ConsumerConfig
        {
            Name = opts.Name ?? opts.DurableName ?? Nuid.NewNuid(),
            DurableName = opts.DurableName,
            DeliverSubject = opts.DeliverSubject ?? parts.Connection.NewInbox(),
            DeliverGroup = opts.DeliverGroup,
            Description = opts.Description,
            FilterSubject = opts.FilterSubject,
            FilterSubjects = opts.FilterSubjects,
            DeliverPolicy = opts.DeliverPolicy,
            OptStartSeq = opts.OptStartSeq,
            OptStartTime = opts.OptStartTime,
            AckPolicy = opts.AckPolicy,
            AckWait = opts.AckWait,
            MaxDeliver = opts.MaxDeliver,
            MaxAckPending = opts.MaxAckPending,
            Backoff = opts.Backoff,
            InactiveThreshold = opts.InactiveThreshold ?? TimeSpan.Zero,
            IdleHeartbeat = heartbeat,
            FlowControl = opts.FlowControl,
            RateLimitBps = opts.RateLimitBps,
            HeadersOnly = opts.HeadersOnly,
            ReplayPolicy = opts.ReplayPolicy,
            Metadata = opts.Metadata,
        };
    }
}
