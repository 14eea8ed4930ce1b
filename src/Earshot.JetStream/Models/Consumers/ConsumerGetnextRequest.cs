namespace Earshot.JetStream;

/// <summary>A pull request (<c>CONSUMER.MSG.NEXT</c>).</summary>
public record ConsumerGetnextRequest
{
    /// <summary>The time for which the request waits at the server; zero: no limit.</summary>
    public TimeSpan Expires { get; set; }

    /// <summary>The maximum number of messages.</summary>
    public long Batch { get; set; }

    /// <summary>The maximum number of bytes; 0: no limit.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Whether the request ends immediately when no message is available.</summary>
    public bool NoWait { get; set; }

    /// <summary>The interval of the idle heartbeats while the request waits; zero: no heartbeats.</summary>
    public TimeSpan IdleHeartbeat { get; set; }

    /// <summary>The name of the priority group (since server 2.11). Null: none.</summary>
    public string? Group { get; set; }

    /// <summary>Messages are delivered only while at least this number of messages is pending; 0: always.</summary>
    public long MinPending { get; set; }

    /// <summary>Messages are delivered only while at least this number of messages waits for an ack; 0: always.</summary>
    public long MinAckPending { get; set; }

    /// <summary>The id of the pinned client, from the header <c>Nats-Pin-Id</c>. Null: not pinned.</summary>
    public string? Id { get; set; }

    /// <summary>The priority of the request, from 0 (highest) to 9 (since server 2.12).</summary>
    public byte Priority { get; set; }
}
