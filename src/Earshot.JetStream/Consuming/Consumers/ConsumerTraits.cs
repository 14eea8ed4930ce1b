namespace Earshot.JetStream.Consuming;

/// <summary>The values of a consumer's configuration that its reads need.</summary>
internal sealed record ConsumerTraits
{
    public static readonly ConsumerTraits Unknown = new();

    public PullLimits Limits { get; init; }

    /// <summary>The name of a durable consumer; null for others, whose names are of one run of an application only.</summary>
    public string? DurableName { get; init; }

    /// <summary>The number of messages that the consumer has not delivered yet.</summary>
    public ulong Pending { get; init; }

    /// <summary>Whether each message must be acknowledged individually.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Whether messages need no ack.</summary>
    public bool IsWithoutAck { get; init; }

    /// <summary>The maximum number of deliveries of one message; 0 or less: no limit.</summary>
    public int MaxDeliver { get; init; }

    /// <summary>The time within which a message must be acknowledged, in ticks.</summary>
    public long AckWait { get; init; } = 30 * TimeSpan.TicksPerSecond;

    /// <summary>The times for each delivery of a message, in ticks; empty: <see cref="AckWait"/> for all.</summary>
    public IReadOnlyList<long> BackOff { get; init; } = [];

    public static ConsumerTraits Of(ConsumerInfo info)
    {
        ConsumerConfig config = info.Config;
        bool isWithoutAck = config.AckPolicy == ConsumerConfigAckPolicy.None;
        return new ConsumerTraits
        {
            Limits = new PullLimits(config.MaxBatch, (int)Math.Min(config.MaxBytes, int.MaxValue), config.MaxExpires.Ticks, isWithoutAck ? 0 : (int)Math.Min(config.MaxAckPending, int.MaxValue)),
            DurableName = config.DurableName is { Length: > 0 } durable ? durable : null,
            Pending = info.NumPending,
            IsExplicit = config.AckPolicy == ConsumerConfigAckPolicy.Explicit,
            IsWithoutAck = isWithoutAck,
            MaxDeliver = (int)Math.Min(config.MaxDeliver, int.MaxValue),
            AckWait = config.AckWait.Ticks,
            BackOff = config.Backoff is { Count: > 0 } steps ? [.. steps.Select(static step => step.Ticks)] : [],
        };
    }

    /// <summary>Returns the time within which this delivery must be acknowledged, in ticks.</summary>
    public long AckWaitOf(ulong delivered) =>
        BackOff.Count == 0 ? AckWait : BackOff[(int)Math.Min(Math.Max(delivered, 1) - 1, (ulong)BackOff.Count - 1)];
}
