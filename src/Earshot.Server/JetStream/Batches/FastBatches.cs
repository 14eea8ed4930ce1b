namespace Earshot.Server.JetStream;

/// <summary>The fast batches of one stream that have not ended (ADR-50): each message is stored immediately, and acknowledged together with others.</summary>
internal sealed class FastBatches(StreamWriter writer, IJetStreamOutput output)
{
    private const int MostBatches = 1000;
    private const int MostIdLength = 64;
    private const int MostUnacknowledged = 500; // of all batches together
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, FastBatch> _open = new(StringComparer.Ordinal);

    private StreamState Stream => writer.Stream;

    // The greatest window of each batch.
    private int Share => Math.Max(MostUnacknowledged / _open.Count, 1);

    /// <summary>When <see cref="Tick"/> must be called; null: never.</summary>
    public DateTimeOffset? NextDue => _open.Count == 0 ? null : _open.Values.Min(batch => batch.Due);

    /// <summary>Drops the batches that had no message for too long.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (FastBatch batch in _open.Values.Where(batch => batch.Due <= now).ToList())
        {
            _open.Remove(batch.Id);
        }
    }

    /// <summary>Drops all batches, as a server does when they are disabled.</summary>
    public void Clear() => _open.Clear();

    /// <summary>Takes a message whose reply subject is one of a fast batch.</summary>
    public void Add(in IncomingMessage message, in PublishHeaders asked, DateTimeOffset now)
    {
        var reply = FastReply.Parse(message.ReplyTo);
        FastBatch? batch = reply is null ? null : _open.GetValueOrDefault(reply.Id);
        if ((Check(message, reply, now) ?? (batch is null ? CheckStart(reply!, asked) : null)) is { } error)
        {
            if (!Stream.Config.NoAck)
            {
                writer.Reject(message.ReplyTo, error, now);
            }

            return;
        }

        bool isIntact = batch is null || CheckPlace(batch, reply!, message.ReplyTo, now);
        batch ??= Start(reply!, message.ReplyTo, now);
        batch.Due = now + s_timeout;
        output.WakeAt(batch.Due);
        if (!isIntact)
        {
            End(batch, message.ReplyTo, batch.Last, now);
        }
        else if (reply!.Operation == FastOperation.Ping)
        {
            batch.Last = Math.Max(batch.Last, reply.Sequence);
            batch.TryAcknowledge(Share);
            Stream.Answer(message.ReplyTo, FastAnswers.Ack(batch), now);
        }
        else if (reply.Operation == FastOperation.End)
        {
            End(batch, message.ReplyTo, reply.Sequence - 1, now);
        }
        else
        {
            batch.Last = reply.Sequence;
            Store(batch, reply, message, asked, now);
        }
    }

    private ApiError? Check(in IncomingMessage message, FastReply? reply, DateTimeOffset now) =>
        Stream.Faults.Refusal ?? writer.RulesAt(now).Size(message.Size)
        ?? (!Stream.Config.AllowBatched ? PublishError.FastDisabled
            : reply is null ? PublishError.InvalidFastPattern
            : reply.Id.Length > MostIdLength ? PublishError.InvalidFastId
            : null);

    private ApiError? CheckStart(FastReply reply, in PublishHeaders asked) =>
        reply.Sequence != 1 || reply.Operation == FastOperation.Ping ? PublishError.UnknownFastId
        : _open.Count >= MostBatches ? PublishError.TooManyFast
        : !RequiredLevel.IsMet(asked) ? PublishError.RequiredLevel
        : null;

    private FastBatch Start(FastReply reply, ReadOnlySpan<byte> replyTo, DateTimeOffset now)
    {
        var batch = new FastBatch(reply, _open.Count == 0 ? Math.Min(reply.Flow, MostUnacknowledged) : 1);
        _open.Add(batch.Id, batch);
        if (reply.Operation == FastOperation.Start && !Stream.Config.NoAck)
        {
            Stream.Answer(replyTo, FastAnswers.Ack(batch), now);
        }

        return batch;
    }

    // A message that is not the next one is announced. Returns false when it ends the batch.
    private bool CheckPlace(FastBatch batch, FastReply reply, ReadOnlySpan<byte> replyTo, DateTimeOffset now)
    {
        // A ping has the number of the last message.
        ulong sequence = reply.Operation == FastOperation.Ping ? reply.Sequence + 1 : reply.Sequence;
        ulong expected = batch.Last + 1;
        if (sequence == expected || (reply.Operation == FastOperation.Ping && sequence < expected))
        {
            return true;
        }

        Stream.Answer(replyTo, FastAnswers.Gap(expected, sequence), now);
        return batch.Continues && sequence > expected;
    }

    private void Store(FastBatch batch, FastReply reply, in IncomingMessage message, in PublishHeaders asked, DateTimeOffset now)
    {
        StoreOutcome outcome = writer.Store(message, asked, now);
        if (outcome.Error is { } error)
        {
            Reject(batch, reply, message.ReplyTo, error, now);
            return;
        }

        batch.LastStored = outcome.IsDuplicate ? batch.LastStored : outcome.Sequence;
        if (reply.Operation == FastOperation.Commit)
        {
            bool isDuplicate = outcome.IsDuplicate && reply.Sequence == 1;
            batch.LastStored = isDuplicate ? outcome.Sequence : batch.LastStored;
            End(batch, message.ReplyTo, reply.Sequence, now, isDuplicate);
        }
        else if (batch.TryAcknowledge(Share))
        {
            Stream.Answer(message.ReplyTo, FastAnswers.Ack(batch), now);
        }

        Stream.Pump();
    }

    private void Reject(FastBatch batch, FastReply reply, ReadOnlySpan<byte> replyTo, ApiError error, DateTimeOffset now)
    {
        bool isCommit = reply.Operation == FastOperation.Commit;
        bool isPlain = error.ErrCode == ApiError.WrongLastId(null).ErrCode || (reply.Sequence == 1 && !batch.Continues);
        Stream.Answer(replyTo, isPlain ? PubAck.Rejected(Stream.Name, error) : FastAnswers.Error(reply.Sequence, error), now);
        if (isPlain)
        {
            if (isCommit || reply.Sequence == 1)
            {
                _open.Remove(batch.Id);
            }
        }
        else if (isCommit || !batch.Continues)
        {
            End(batch, replyTo, reply.Sequence - 1, now);
        }
    }

    private void End(FastBatch batch, ReadOnlySpan<byte> replyTo, ulong count, DateTimeOffset now, bool isDuplicate = false)
    {
        _open.Remove(batch.Id);
        Stream.Answer(replyTo, PubAck.Batch(Stream.Name, batch.LastStored, batch.Id, count, isDuplicate), now);
    }
}
