namespace Earshot.JetStream.Consuming;

/// <summary>A note of a read, which the reporter turns into an event. Only the properties of its kind are set.</summary>
internal sealed record PullNote(PullNoteKind Kind)
{
    public int Code { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Whether the read requests no more than the limits of the consumer from now on.</summary>
    public bool IsClamped { get; init; }

    public NatsJSNotificationKind Notice { get; init; }

    /// <summary>Further details of a notice; null: none.</summary>
    public string? Detail { get; init; }

    public long Count { get; init; }

    public StallReason Stall { get; init; }

    public ResumeSign Sign { get; init; }

    public LostReason Loss { get; init; }

    public PullFacts? Facts { get; init; }

    /// <summary>The time without messages (alarm) or the duration of the stall, in ticks.</summary>
    public long Elapsed { get; init; }

    /// <summary>For an alarm: the position in the last heartbeat.</summary>
    public ulong LastStreamSeq { get; init; }

    /// <inheritdoc cref="LastStreamSeq"/>
    public ulong LastConsumerSeq { get; init; }
}
