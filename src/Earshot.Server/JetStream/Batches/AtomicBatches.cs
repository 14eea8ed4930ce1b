using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>The atomic batches of one stream that are not complete (ADR-50): nothing of a batch is stored before its commit.</summary>
internal sealed class AtomicBatches(StreamWriter writer, IJetStreamOutput output)
{
    private const int MostMessages = 1000;
    private const int MostBatches = 50;
    private const int MostIdLength = 64;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, AtomicBatch> _open = new(StringComparer.Ordinal);

    private StreamState Stream => writer.Stream;

    /// <summary>When <see cref="Tick"/> must be called; null: never.</summary>
    public DateTimeOffset? NextDue => _open.Count == 0 ? null : _open.Values.Min(batch => batch.Due);

    /// <summary>Abandons the batches that had no message for too long.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (AtomicBatch batch in _open.Values.Where(batch => batch.Due <= now).ToList())
        {
            Abandon(batch, "timeout", now);
        }
    }

    /// <summary>Drops all batches without an advisory, as a server does when they are disabled.</summary>
    public void Clear() => _open.Clear();

    /// <summary>Takes a message with the id of a batch.</summary>
    public void Add(in IncomingMessage message, in PublishHeaders asked, DateTimeOffset now)
    {
        string id = asked.GetText(PublishHeader.BatchId)!;
        AtomicBatch? batch = _open.GetValueOrDefault(id);
        bool isEnd = asked[PublishHeader.BatchCommit].SequenceEqual("eob"u8);
        if ((Check(message, asked, now) ?? CheckPlace(batch, asked, isEnd, now) ?? CheckWords(batch, id, asked, now)) is { } error)
        {
            Answer(message.ReplyTo, PubAck.Rejected(Stream.Name, error), now);
            return;
        }

        if (batch is null)
        {
            _open.Add(id, batch = new AtomicBatch(id));
        }

        if (!isEnd)
        {
            batch.Messages.Add(new StagedMessage(message.Subject.ToArray(), message.Headers.ToArray(), message.Payload.ToArray()));
        }

        if (asked.Has(PublishHeader.BatchCommit))
        {
            _open.Remove(id);
            Commit(batch, isEnd, message.ReplyTo, now);
            return;
        }

        batch.Due = now + s_timeout;
        output.WakeAt(batch.Due);
        Answer(message.ReplyTo, [], now);
    }

    private ApiError? Check(in IncomingMessage message, in PublishHeaders asked, DateTimeOffset now) =>
        Stream.Faults.Refusal ?? writer.RulesAt(now).Size(message.Size)
        ?? (!Stream.Config.AllowAtomic ? PublishError.AtomicDisabled
            : asked[PublishHeader.BatchId].Length > MostIdLength ? PublishError.InvalidBatchId
            : !asked.TryGetNumber(PublishHeader.BatchSequence, out _) ? PublishError.BatchSequenceMissing
            : null);

    private ApiError? CheckPlace(AtomicBatch? batch, in PublishHeaders asked, bool isEnd, DateTimeOffset now)
    {
        asked.TryGetNumber(PublishHeader.BatchSequence, out ulong sequence);
        ulong most = isEnd ? MostMessages + 1UL : MostMessages;
        if (sequence > most)
        {
            Abandon(batch, "large", now);
            return PublishError.BatchTooLarge(MostMessages);
        }

        if (batch is null ? sequence != 1 || isEnd : sequence != batch.NextSequence)
        {
            Abandon(batch, "incomplete", now);
            return PublishError.BatchIncomplete;
        }

        return batch is null && _open.Count >= MostBatches ? PublishError.TooManyAtomic : null;
    }

    private ApiError? CheckWords(AtomicBatch? batch, string id, in PublishHeaders asked, DateTimeOffset now)
    {
        if (!RequiredLevel.IsMet(asked))
        {
            Abandon(batch ?? new AtomicBatch(id), "unsupported", now);
            return PublishError.RequiredLevel;
        }

        if (asked.Has(PublishHeader.BatchCommit) && !asked[PublishHeader.BatchCommit].SequenceEqual("1"u8) && !asked[PublishHeader.BatchCommit].SequenceEqual("eob"u8))
        {
            _open.Remove(id);
            return PublishError.InvalidCommit;
        }

        return null;
    }

    private void Commit(AtomicBatch batch, bool isEnd, ReadOnlySpan<byte> replyTo, DateTimeOffset now)
    {
        if (isEnd)
        {
            StagedMessage last = batch.Messages[^1];
            last.Headers = HeaderBlock.Add(last.Headers, "Nats-Batch-Commit"u8, "1"u8);
        }

        var check = new BatchCheck(writer, now);
        foreach (StagedMessage message in batch.Messages)
        {
            if (check.Next(message) is { } error)
            {
                Answer(replyTo, PubAck.Rejected(Stream.Name, error), now);
                return;
            }
        }

        ulong sequence = 0;
        foreach (StagedMessage message in batch.Messages)
        {
            sequence = writer.Append(message.ToPending(), PublishHeaders.Read(message.Headers), now);
        }

        Answer(replyTo, PubAck.Batch(Stream.Name, sequence, batch.Id, (ulong)batch.Messages.Count), now);
        Stream.Pump();
    }

    private void Abandon(AtomicBatch? batch, string reason, DateTimeOffset now)
    {
        if (batch is null)
        {
            return;
        }

        _open.Remove(batch.Id);
        byte[] advisory = PubAck.Of(json =>
        {
            json.WriteString("type", "io.nats.jetstream.advisory.v1.stream_batch_abandoned");
            json.WriteString("id", Nuid.NewNuid());
            json.WriteString("timestamp", GoTime.Format(now));
            json.WriteString("stream", Stream.Name);
            json.WriteString("batch", batch.Id);
            json.WriteString("reason", reason);
        });
        output.Send(Encoding.UTF8.GetBytes($"$JS.EVENT.ADVISORY.STREAM.BATCH_ABANDONED.{Stream.Name}"), [], advisory);
    }

    private void Answer(ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> answer, DateTimeOffset now)
    {
        if (!Stream.Config.NoAck)
        {
            Stream.Answer(replyTo, answer, now);
        }
    }
}
