namespace Earshot.JetStream.Consuming;

/// <summary>What reads need of a consumer's configuration.</summary>
internal sealed record ConsumerTraits
{
    public static readonly ConsumerTraits Unknown = new();

    public PullLimits Limits { get; init; }

    /// <summary>Messages that wait in the stream.</summary>
    public ulong Pending { get; init; }

    /// <summary>Each message is acknowledged by itself.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Nothing is acknowledged.</summary>
    public bool IsWithoutAck { get; init; }

    /// <summary>Deliveries of one message; 0 or less: no limit.</summary>
    public int MaxDeliver { get; init; }

    /// <summary>Time for an ack, in ticks.</summary>
    public long AckWait { get; init; } = 30 * TimeSpan.TicksPerSecond;

    /// <summary>The same by the number of the delivery, in ticks; empty: <see cref="AckWait"/>.</summary>
    public IReadOnlyList<long> BackOff { get; init; } = [];

    public static ConsumerTraits Of(ConsumerInfo info)
    {
        ConsumerConfig config = info.Config;
        bool isWithoutAck = config.AckPolicy == ConsumerConfigAckPolicy.None;
        return new ConsumerTraits
        {
            Limits = new PullLimits(config.MaxBatch, (int)Math.Min(config.MaxBytes, int.MaxValue), config.MaxExpires.Ticks, isWithoutAck ? 0 : (int)Math.Min(config.MaxAckPending, int.MaxValue)),
            Pending = info.NumPending,
            IsExplicit = config.AckPolicy == ConsumerConfigAckPolicy.Explicit,
            IsWithoutAck = isWithoutAck,
            MaxDeliver = (int)Math.Min(config.MaxDeliver, int.MaxValue),
            AckWait = config.AckWait.Ticks,
            BackOff = [.. (config.Backoff ?? []).Select(static step => step.Ticks)],
        };
    }

    /// <summary>Time for an ack of this delivery.</summary>
    public long AckWaitOf(ulong delivered) =>
        BackOff.Count == 0 ? AckWait : BackOff[(int)Math.Min(Math.Max(delivered, 1) - 1, (ulong)BackOff.Count - 1)];
}
