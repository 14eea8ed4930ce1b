namespace Earshot.Server.JetStream;

/// <summary>A pull request that waits for messages.</summary>
internal sealed class PullRequest(byte[] inbox, PullBody body, DateTimeOffset now)
{
    public byte[] Inbox => inbox;

    public bool IsNoWait => body.NoWait;

    /// <summary>The messages that may still be delivered.</summary>
    public int Messages { get; private set; } = Math.Max(1, body.Batch);

    /// <summary>The bytes that may still be delivered; 0 without a limit.</summary>
    public int Bytes { get; private set; } = body.MaxBytes;

    public bool HasDelivered { get; private set; }

    public DateTimeOffset? Expires { get; } = body.Expires > 0 ? now + GoTime.Duration(body.Expires) : null;

    public TimeSpan Heartbeat { get; } = GoTime.Duration(body.IdleHeartbeat);

    public DateTimeOffset? NextHeartbeat { get; private set; } = body.IdleHeartbeat > 0 ? now + GoTime.Duration(body.IdleHeartbeat) : null;

    /// <summary>The time of its end or its next heartbeat; null: it waits for messages alone.</summary>
    public DateTimeOffset? NextDue => Expires is null || NextHeartbeat < Expires ? NextHeartbeat ?? Expires : Expires;

    public bool IsFull => Messages == 0;

    /// <summary>The priority group; empty: none.</summary>
    public string Group => body.Group ?? "";

    /// <summary>The id of the pinned client that has sent it, or to which it was given; null: none.</summary>
    public string? Pin { get; set; } = string.IsNullOrEmpty(body.Id) ? null : body.Id;

    /// <summary>The priority, lower numbers first. A request that is only a number comes last.</summary>
    public int Priority => body.IsPlain ? int.MaxValue : body.Priority;

    public bool HasRoomFor(int size) => Bytes == 0 || size <= Bytes;

    /// <summary>Whether its conditions for an overflow are met; without conditions they are.</summary>
    /// <param name="pending">The number of messages that were not delivered.</param>
    /// <param name="ackPending">The number of messages without an ack.</param>
    public bool Overflows(ulong pending, int ackPending) =>
        (body.MinPending <= 0 && body.MinAckPending <= 0)
        || (body.MinPending > 0 && (ulong)body.MinPending <= pending)
        || (body.MinAckPending > 0 && body.MinAckPending <= ackPending);

    /// <summary>Counts a message. Bytes that are used up exactly end the request without a status.</summary>
    public void Delivered(int size, DateTimeOffset now)
    {
        Messages--;
        HasDelivered = true;
        if (Bytes > 0)
        {
            Bytes -= size;
            Messages = Bytes == 0 ? 0 : Messages;
        }

        Alive(now);
    }

    /// <summary>The next heartbeat is due one interval from now.</summary>
    public void Alive(DateTimeOffset now) => NextHeartbeat = NextHeartbeat is null ? null : now + Heartbeat;
}
