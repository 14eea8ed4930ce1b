namespace Earshot.JetStream;

/// <summary>What the server reported at the end of a batch of messages that were read directly.</summary>
public sealed record StreamMsgBatchGetEnd
{
    /// <summary>The number of messages that match the request and were not returned.</summary>
    public ulong NumPending { get; init; }

    /// <summary>The sequence of the last message that was returned; 0 when there was none. Continue with the next higher one.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>The sequence up to which <see cref="StreamMsgBatchGetRequest.MultiLast"/> regarded messages, to continue with the same state; 0 for other requests.</summary>
    public ulong UpToSequence { get; init; }
}
