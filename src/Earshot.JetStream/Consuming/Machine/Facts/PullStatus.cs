namespace Earshot.JetStream.Consuming;

/// <summary>One status that came for a pull.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Code">The number.</param>
/// <param name="PendingMsgs">What is left of the pull; -1: not said.</param>
/// <param name="PendingBytes">The same in bytes; -1: not said.</param>
internal readonly record struct PullStatus(PullStatusKind Kind, int Code, long PendingMsgs = -1, long PendingBytes = -1)
{
    /// <summary>The text; empty for heartbeats, where no one asks for it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Heartbeats: position of the consumer in the stream.</summary>
    public ulong LastStreamSeq { get; init; }

    /// <summary>Heartbeats: sequence of the consumer's last delivery.</summary>
    public ulong LastConsumerSeq { get; init; }

    public bool HasPending => PendingMsgs >= 0 || PendingBytes >= 0;
}
