namespace Earshot.Server.JetStream;

/// <summary>What faults have changed about a stream.</summary>
internal sealed class StreamFaults
{
    /// <summary>Acks that are not sent; the messages are stored.</summary>
    public int LostAcks { get; set; }

    /// <summary>The time that acks are held back; zero: none.</summary>
    public TimeSpan AckDelay { get; set; }

    /// <summary>The error of each publish; null: none.</summary>
    public ApiError? Refusal { get; set; }

    /// <summary>Until when the stream has no leader; null: it has one.</summary>
    public DateTimeOffset? AwayUntil { get; set; }

    /// <summary>The limit of the flow control windows of push consumers that are created from now on, in bytes; null: that of a server.</summary>
    public int? FlowLimit { get; set; }

    /// <summary>The acks that are held back.</summary>
    public Queue<(DateTimeOffset Due, byte[] ReplyTo, byte[] Ack)> Held { get; } = new();
}
