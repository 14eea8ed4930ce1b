namespace Earshot.JetStream.Consuming;

/// <summary>Something to tell the application; the engine makes the event of it. Only the fields of its kind are set.</summary>
internal sealed record PullNote(PullNoteKind Kind)
{
    public int Code { get; init; }

    public string Description { get; init; } = "";

    /// <summary>The request will be sent again within the consumer's limits.</summary>
    public bool IsClamped { get; init; }

    public NatsJSNotificationKind Notice { get; init; }

    public long Count { get; init; }

    public StallReason Stall { get; init; }

    public ResumeSign Sign { get; init; }

    public LostReason Loss { get; init; }

    public PullFacts? Facts { get; init; }

    /// <summary>Silence of an alarm, length of a stall; ticks.</summary>
    public long Elapsed { get; init; }

    /// <summary>Of an alarm: the position that the last heartbeat told.</summary>
    public ulong LastStreamSeq { get; init; }

    /// <inheritdoc cref="LastStreamSeq"/>
    public ulong LastConsumerSeq { get; init; }
}
