namespace Earshot.JetStream.Consuming;

/// <summary>A status received for a pull request.</summary>
/// <param name="Kind">The meaning of the status.</param>
/// <param name="Code">The code of the status.</param>
/// <param name="PendingMsgs">The number of messages that the pull request did not receive; -1 when the status does not contain it.</param>
/// <param name="PendingBytes">The number of bytes that the pull request did not receive; -1 when the status does not contain it.</param>
internal readonly record struct PullStatus(PullStatusKind Kind, int Code, long PendingMsgs = -1, long PendingBytes = -1)
{
    /// <summary>The text of the status; empty for heartbeats and other statuses whose text is not needed.</summary>
    public string Description { get; init; } = "";

    /// <summary>For heartbeats: the stream sequence of the consumer's last delivery.</summary>
    public ulong LastStreamSeq { get; init; }

    /// <summary>For heartbeats: the consumer sequence of the consumer's last delivery.</summary>
    public ulong LastConsumerSeq { get; init; }

    /// <summary>For a pin mismatch: the pin id of this client that is not valid any more; null when it had none.</summary>
    public string? LostPin { get; init; }

    public bool HasPending => PendingMsgs >= 0 || PendingBytes >= 0;
}
