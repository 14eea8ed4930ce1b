namespace Earshot.JetStream.Consuming;

/// <summary>The validated settings of one read. Durations are in ticks of 100 ns, as all times of the machine.</summary>
internal sealed record PullSettings
{
    /// <summary>The batch size of a pull request whose size is limited in bytes.</summary>
    public const int BatchOfBytes = 1_000_000;

    private static PullSettings? s_last;

    /// <summary>The maximum number of messages requested and not processed; for a single pull, its batch size.</summary>
    public required int MaxMsgs { get; init; }

    /// <summary>The maximum size of these messages in bytes of subject, reply subject, headers and payload; 0: messages are counted.</summary>
    public int MaxBytes { get; init; }

    /// <summary>The next pull request is sent when the amount requested and not processed is at most this; in bytes when bytes are counted.</summary>
    public int Threshold { get; init; }

    public required long Expires { get; init; }

    /// <summary>The interval of idle heartbeats; 0: none.</summary>
    public long Heartbeat { get; init; }

    /// <summary>Whether the read is one pull request, and ends with it.</summary>
    public bool IsSingle { get; init; }

    /// <summary>Whether the server ends the pull request immediately when no message is available.</summary>
    public bool NoWait { get; init; }

    /// <summary>Whether the read ends when messages may have been lost. Used by ordered consumers, which are then recreated.</summary>
    public bool EndsInDoubt { get; init; }

    /// <summary>Whether messages that the application has not taken when the read stops are left until AckWait ends.</summary>
    public bool LeavesRest { get; init; }

    /// <summary>The number of consecutive answers without responders after which the read ends; below 0: no limit.</summary>
    public int MaxNoResponders { get; init; } = -1;

    /// <summary>Whether the limits of the consumer have been applied; a rejection because of a limit then ends the read.</summary>
    public bool IsClamped { get; init; }

    /// <summary>Whether bytes are counted. A single pull counts messages, even when its size is limited in bytes.</summary>
    public bool CountsBytes => MaxBytes > 0 && !IsSingle;

    /// <summary>The maximum amount requested and not processed, in the counted unit.</summary>
    public long Capacity => CountsBytes ? MaxBytes : MaxMsgs;

    /// <summary>Returns an equal instance that other reads have, if it was the last one: most reads of a process have the same settings.</summary>
    public PullSettings Shared()
    {
        PullSettings? last = Volatile.Read(ref s_last);
        if (Equals(last))
        {
            return last!;
        }

        Volatile.Write(ref s_last, this);
        return this;
    }

    /// <summary>Returns the settings within the limits of the consumer, and whether they were changed.</summary>
    public PullSettings Within(PullLimits limits, out bool isChanged)
    {
        int msgs = Least(MaxMsgs, limits.MaxBatch);
        msgs = CountsBytes ? msgs : Least(msgs, limits.MaxAckPending);
        int bytes = Least(MaxBytes, limits.MaxBytes);
        long expires = limits.MaxExpires > 0 ? Math.Min(Expires, limits.MaxExpires) : Expires;
        isChanged = msgs != MaxMsgs || bytes != MaxBytes || expires != Expires;
        if (!isChanged)
        {
            return this;
        }

        long capacity = CountsBytes ? bytes : msgs;
        return this with
        {
            MaxMsgs = msgs,
            MaxBytes = bytes,
            Expires = expires,
            Heartbeat = Math.Min(Heartbeat, expires / 2),
            Threshold = capacity == Capacity ? Threshold : (int)Math.Min(Threshold, capacity / 2),
        };
    }

    private static int Least(int wanted, int limit) => limit > 0 ? Math.Min(wanted, limit) : wanted;
}
