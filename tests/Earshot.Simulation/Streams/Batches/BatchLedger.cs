using Earshot.JetStream;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Batches;

/// <summary>
/// The batches of a run. An atomic batch is in the stream completely and in one piece, or not at all; the messages of a fast batch are there in
/// their order, those that were acknowledged certainly, and those that were reported as lost certainly not.
/// </summary>
internal sealed class BatchLedger(Findings findings)
{
    private readonly List<BatchRecord> _batches = [];

    /// <summary>A fault has lost answers to publishes, or changed their order.</summary>
    public bool HaveAnswersBeenLost { get; set; }

    public BatchRecord Begin(string publisher, bool isAtomic, bool continues = false)
    {
        var batch = new BatchRecord($"{(isAtomic ? "atomic" : "fast")} batch {_batches.Count} of {publisher}", isAtomic, continues);
        _batches.Add(batch);
        return batch;
    }

    /// <summary>The commit of an atomic batch has succeeded.</summary>
    public void Committed(BatchRecord batch, NatsJSBatchAck ack)
    {
        if (ack.Count != batch.Messages.Count || ack.Lost != 0)
        {
            findings.Report("batch-count-true", $"{batch} has {batch.Messages.Count} messages, and its ack says {ack.Count}");
        }

        foreach (StreamMessage missing in batch.Messages.Where(static message => message.Places.Count == 0))
        {
            findings.Report("acked-stored", $"{batch} was acknowledged, and {missing} was never stored");
        }

        if (ack.Sequence > 0 && !batch.Messages[^1].WasAt(ack.Sequence))
        {
            findings.Report("acked-stored", $"{batch} was acknowledged as {ack.Sequence}, and its last message was stored as {PlacesOf(batch.Messages[^1])}");
        }

        batch.Acked = batch.Messages.Count;
        Check(batch);
    }

    /// <summary>The commit of a fast batch has succeeded: everything is stored except what was reported.</summary>
    public void Ended(BatchRecord batch, NatsJSBatchAck ack)
    {
        if (ack.Count != batch.Messages.Count || ack.Lost != batch.Lost.Count)
        {
            findings.Report("batch-count-true", $"{batch} has {batch.Messages.Count} messages, of which {batch.Lost.Count} were reported as lost, and its ack says {ack.Count} and {ack.Lost}");
        }

        batch.Acked = batch.Messages.Count;
        Check(batch);
    }

    /// <summary>What must hold at any time.</summary>
    public void Check(BatchRecord batch)
    {
        if (batch.IsAtomic)
        {
            CheckWhole(batch);
            return;
        }

        for (int i = 0; i < batch.Messages.Count; i++)
        {
            StreamMessage message = batch.Messages[i];
            bool isLost = batch.Lost.Contains(i + 1);
            if (isLost && message.Places.Count > 0)
            {
                findings.Report("stream-outcome-true", $"{message}, number {i + 1} of {batch}, was reported as lost and is stored as {PlacesOf(message)}");
            }
            else if (!isLost && i < batch.Acked && message.Places.Count == 0 && !(batch.Continues && HaveAnswersBeenLost))
            {
                findings.Report("acked-stored", $"{message}, number {i + 1} of {batch}, was acknowledged with {batch.Acked} messages and was never stored");
            }
        }

        // What continues behind a gap may have sent messages again that were lost with a session, behind those that the next session was sent first.
        if (!batch.Continues)
        {
            CheckOrder(batch);
        }
    }

    /// <summary>Nothing is in flight any more.</summary>
    public void CheckOutcomes() => _batches.ForEach(Check);

    private void CheckWhole(BatchRecord batch)
    {
        StreamMessage[] stored = [.. batch.Messages.Where(static message => message.Places.Count > 0)];
        if (stored.Length == 0)
        {
            return;
        }

        if (stored.Length != batch.Messages.Count)
        {
            findings.Report("batch-whole", $"{batch} has {batch.Messages.Count} messages, and {stored.Length} of them are stored");
        }
        else if (!batch.Messages[0].Places.Exists(first => IsInOnePiece(batch, first.Sequence)))
        {
            findings.Report("batch-order", $"{batch} is stored as {string.Join("; ", batch.Messages.Select(PlacesOf))}");
        }
    }

    private static bool IsInOnePiece(BatchRecord batch, ulong first)
    {
        for (int i = 0; i < batch.Messages.Count; i++)
        {
            if (!batch.Messages[i].WasAt(first + (ulong)i))
            {
                return false;
            }
        }

        return true;
    }

    // The stream may have lost some of them meanwhile, and assigned their sequences again.
    private void CheckOrder(BatchRecord batch)
    {
        (int Drops, ulong Sequence) last = default;
        foreach (StreamMessage message in batch.Messages.Where(static message => message.Places.Count > 0))
        {
            (int Drops, ulong Sequence) place = (message.Places[0].Drops, message.Places[0].Sequence);
            if (place.CompareTo(last) <= 0)
            {
                findings.Report("batch-order", $"{message} of {batch} is stored as {place.Sequence}, behind a later one as {last.Sequence}");
            }

            last = place;
        }
    }

    private static string PlacesOf(StreamMessage message) => $"[{string.Join(", ", message.Places.Select(static place => place.Sequence))}]";
}
