namespace Earshot.Server.JetStream;

/// <summary>A pull request that waits for messages.</summary>
internal sealed class PullRequest(byte[] inbox, PullBody body, DateTimeOffset now)
{
    private readonly bool _limitsBytes = body.MaxBytes > 0;

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

    public bool HasRoomFor(int size) => !_limitsBytes || size <= Bytes;

    public void Delivered(int size, DateTimeOffset now)
    {
        Messages--;
        Bytes = _limitsBytes ? Bytes - size : 0;
        HasDelivered = true;
        Alive(now);
    }

    /// <summary>The next heartbeat is due one interval from now.</summary>
    public void Alive(DateTimeOffset now) => NextHeartbeat = NextHeartbeat is null ? null : now + Heartbeat;
}
