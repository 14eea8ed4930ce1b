namespace Earshot.JetStream.Consuming;

/// <summary>The data that only few messages have: an error, a reply subject in another format, or large counts.</summary>
internal sealed record MsgExtra
{
    public NatsHeaders? Headers { get; init; }

    public NatsException? Error { get; init; }

    /// <summary>A reply subject that is not one of JetStream.</summary>
    public string? ReplyTo { get; init; }

    public ulong Delivered { get; init; }

    public ulong Pending { get; init; }
}
