namespace Earshot.JetStream.Batches;

/// <summary>What the journal reports of a batch whose outcome is unknown, or became known later.</summary>
/// <param name="Operation">The kind of the batch.</param>
/// <param name="Subject">The subject of its first message.</param>
/// <param name="Stream">The stream.</param>
/// <param name="MsgId">The message id of its first message; null when it has none.</param>
/// <param name="Attempts">How often the batch was sent.</param>
internal sealed record BatchReport(UncertainOperation Operation, string Subject, string Stream, string? MsgId, int Attempts)
{
    public NatsUncertainOutcomeEvent Event(UncertainResult result, TimeSpan duration, ulong? sequence = null) => new()
    {
        Operation = Operation,
        Subject = Subject,
        Stream = Stream,
        MsgId = MsgId,
        Result = result,
        StreamSeq = sequence,
        Attempts = Attempts,
        Duration = duration,
        Count = 1,
    };
}
