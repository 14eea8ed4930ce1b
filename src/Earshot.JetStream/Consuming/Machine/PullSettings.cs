namespace Earshot.JetStream.Consuming;

/// <summary>What one read asks for and how; already checked. Durations are in ticks of 100 ns, as all times of the machine.</summary>
internal sealed record PullSettings
{
    /// <summary>Batch of a pull whose size is limited in bytes.</summary>
    public const int BatchOfBytes = 1_000_000;

    /// <summary>Most messages asked for and not processed; of a single pull: its batch.</summary>
    public required int MaxMsgs { get; init; }

    /// <summary>The same in bytes of subject, reply, headers and payload; 0: messages are counted.</summary>
    public int MaxBytes { get; init; }

    /// <summary>Asked again when no more than this is asked for or unprocessed; in bytes when bytes are counted.</summary>
    public int Threshold { get; init; }

    public required long Expires { get; init; }

    /// <summary>0: none.</summary>
    public long Heartbeat { get; init; }

    /// <summary>One pull, which is over when the server or its batch ends it.</summary>
    public bool IsSingle { get; init; }

    /// <summary>The server answers with what it has and does not let the pull wait.</summary>
    public bool NoWait { get; init; }

    /// <summary>The read is over with the first loss of certainty: an ordered consumer is made again then.</summary>
    public bool EndsInDoubt { get; init; }

    /// <summary>What was not handed out when the read stops is left to AckWait.</summary>
    public bool LeavesRest { get; init; }

    /// <summary>Answers in a row that no one listens, after which the read ends; below 0: never.</summary>
    public int MaxNoResponders { get; init; } = -1;

    /// <summary>The consumer's own limits are taken into account already; its word against them is final.</summary>
    public bool IsClamped { get; init; }

    /// <summary>A single pull counts messages even when its size is limited too.</summary>
    public bool CountsBytes => MaxBytes > 0 && !IsSingle;

    /// <summary>What is asked for at most, in what is counted.</summary>
    public long Capacity => CountsBytes ? MaxBytes : MaxMsgs;

    /// <summary>The same within the limits of the consumer, and whether that changed anything.</summary>
    public PullSettings Within(PullLimits limits, out bool isChanged)
    {
        int msgs = Least(MaxMsgs, limits.MaxBatch);
        msgs = CountsBytes ? msgs : Least(msgs, limits.MaxAckPending);
        int bytes = MaxBytes > 0 ? Least(MaxBytes, limits.MaxBytes) : MaxBytes;
        long expires = limits.MaxExpires > 0 ? Math.Min(Expires, limits.MaxExpires) : Expires;
        isChanged = msgs != MaxMsgs || bytes != MaxBytes || expires != Expires;
        if (!isChanged)
        {
            return this;
        }

        long capacity = CountsBytes ? bytes : msgs;
        long heartbeat = Heartbeat * 2 <= expires ? Heartbeat : expires / 2;
        return this with
        {
            MaxMsgs = msgs,
            MaxBytes = bytes,
            Expires = expires,
            Heartbeat = heartbeat,
            Threshold = capacity == Capacity ? Threshold : (int)Math.Min(Threshold, capacity / 2),
        };
    }

    private static int Least(int wanted, int limit) => limit > 0 ? Math.Min(wanted, limit) : wanted;
}
