namespace Earshot.JetStream.Batches;

/// <summary>What arrived for a batch, in the order of arrival.</summary>
/// <param name="Kind">The kind of the signal.</param>
internal readonly record struct BatchSignal(BatchSignalKind Kind)
{
    /// <summary>The part of the reply subject behind the prefix of the inbox; empty when the signal is no answer.</summary>
    public string Token { get; init; } = "";

    /// <summary>The payload of an answer; empty when the server only confirms that it has received the message.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>The number of the first publish that was kept for the next session.</summary>
    public long KeptFrom { get; init; }

    /// <summary>The subject that the server does not allow; null when the inbox itself is not allowed, or another signal.</summary>
    public string? Subject { get; init; }

    /// <summary>The reason of a lost session, a denial or the end of the connection.</summary>
    public Exception? Cause { get; init; }
}
